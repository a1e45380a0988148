using ActorLoop.TestKit;

namespace ActorLoop.Tests;

/// <summary>
/// Runs a test's body on a loop of its own, and afterwards looks at what no test may leave behind: illegal protocol calls,
/// connections that never heard of their end, reports nobody expected.
/// </summary>
public abstract class LoopTest
{
    private readonly List<ProtocolRecord> _records = [];
    private EventLoop? _loop;

    protected EventLoop Loop => _loop ?? throw new InvalidOperationException("Only inside Run.");

    protected ErrorReports Reports { get; } = new();

    protected LogRecorder Log { get; } = new();

    protected virtual EventLoop CreateLoop(EventLoopOptions options) => new SelectorEventLoop(options: options);

    /// <summary>Runs the body; the loop is closed when it returns, and then the checks are made.</summary>
    protected void Run(Func<Task> body)
    {
        using (_loop = CreateLoop(new EventLoopOptions { ExceptionHandler = Reports.Add, LoggerFactory = Log }))
        {
            _loop.RunUntilComplete(() => body().WaitAsync(Eventually.Bound));
        }

        foreach (ProtocolRecord record in _records)
        {
            record.Verify(mustBeLost: true);
        }

        Reports.VerifyNone();
    }

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
