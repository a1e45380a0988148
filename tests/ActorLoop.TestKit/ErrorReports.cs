namespace ActorLoop.TestKit;

/// <summary>An exception handler that keeps what it is told. A test takes what it expects; the rest is a failure.</summary>
public sealed class ErrorReports
{
    private readonly List<LoopExceptionContext> _reports = [];

    public int Count
    {
        get
        {
            lock (_reports)
            {
                return _reports.Count;
            }
        }
    }

    public void Add(EventLoop loop, LoopExceptionContext report)
    {
        lock (_reports)
        {
            _reports.Add(report);
        }
    }

    /// <summary>Takes the only report there is.</summary>
    public LoopExceptionContext TakeOne()
    {
        LoopExceptionContext[] all = TakeAll();
        return all.Length == 1 ? all[0] : throw new InvalidOperationException($"One report was expected, not {all.Length}: {Text(all)}");
    }

    public LoopExceptionContext[] TakeAll()
    {
        lock (_reports)
        {
            LoopExceptionContext[] all = [.. _reports];
            _reports.Clear();
            return all;
        }
    }

    /// <summary>Throws if a report was not taken.</summary>
    public void VerifyNone()
    {
        LoopExceptionContext[] all = TakeAll();
        if (all.Length > 0)
        {
            throw new InvalidOperationException($"Nobody expected: {Text(all)}");
        }
    }

    private static string Text(IEnumerable<LoopExceptionContext> reports) =>
        string.Join("; ", reports.Select(r => $"{r.Kind}: {r.Message} {r.Exception}"));
}
