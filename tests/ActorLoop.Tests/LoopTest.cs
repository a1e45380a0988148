using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests;

/// <summary>
/// Runs a test's body on a loop of its own, and afterwards looks at what no test may leave behind: illegal protocol calls,
/// connections that never heard of their end, reports nobody expected.
/// </summary>
public abstract class LoopTest : IDisposable
{
    private readonly List<ProtocolRecord> _records = [];
    private readonly RecordedLog _log = new();
    private TestLoop? _test;
    private int _taken;

    protected EventLoop Loop => _test?.Loop ?? throw new InvalidOperationException("Only inside Run.");

    /// <summary>Reports of the loop that nobody has taken.</summary>
    protected int ReportCount => _test!.Errors.Count - _taken;

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _test?.Dispose();
            _log.Dispose();
        }
    }

    protected virtual EventLoop CreateLoop(EventLoopOptions options) => EventLoop.Create(options);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs the body; the loop is closed when it returns, and then the checks are made.</summary>
    protected void Run(Func<Task> body)
    {
        _taken = 0;
        using (_test = new TestLoop(CreateLoop, new EventLoopOptions { LoggerFactory = _log }))
        {
            // The bound of the body says where it hangs; that of the test loop would only say that it does.
            _test.Run(() => body().WaitAsync(Patience.Bound / 2));
        }

        foreach (ProtocolRecord record in _records)
        {
            record.Verify(mustBeLost: true);
        }

        Assert.Empty(TakeReports());
    }

    /// <summary>Takes the only report there is.</summary>
    protected LoopExceptionContext TakeReport() => Assert.Single(TakeReports());

    protected LoopExceptionContext[] TakeReports()
    {
        LoopExceptionContext[] fresh = [.. _test!.Errors.Skip(_taken)];
        _taken += fresh.Length;
        return fresh;
    }

    /// <summary>What was logged at a level.</summary>
    protected string[] LinesOf(LogLevel level) =>
        [.. _log.Entries.Where(entry => entry.Level == level).Select(entry => $"{entry.Text} {entry.Exception}")];

    /// <summary>A protocol whose calls are checked when the test is over.</summary>
    protected RecordingProtocol Recorder() => Watched(new RecordingProtocol());

    protected TProtocol Watched<TProtocol>(TProtocol protocol)
        where TProtocol : IRecordingProtocol
    {
        lock (_records)
        {
            _records.Add(protocol.Record);
        }

        return protocol;
    }

    /// <summary>Lets the loop make some turns.</summary>
    protected static async Task TurnsAsync(int count = 3)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
        }
    }
}
