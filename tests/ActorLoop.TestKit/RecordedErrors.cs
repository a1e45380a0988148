namespace ActorLoop.TestKit;

/// <summary>An exception handler that keeps what it is given.</summary>
public sealed class RecordedErrors
{
    private readonly List<LoopExceptionContext> _all = [];

    /// <summary>What was reported so far, in order. Thread: any.</summary>
    public IReadOnlyList<LoopExceptionContext> All
    {
        get
        {
            lock (_all)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>The messages of the exceptions, in order.</summary>
    public IEnumerable<string?> Messages => All.Select(error => error.Exception?.Message);

    /// <summary>For <see cref="EventLoopOptions.ExceptionHandler"/>.</summary>
    public void Handle(EventLoop loop, LoopExceptionContext error)
    {
        lock (_all)
        {
            _all.Add(error);
        }
    }
}
