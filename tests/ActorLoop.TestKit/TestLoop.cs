namespace ActorLoop.TestKit;

/// <summary>A loop for one test: bounded runs, single turns, and every reported error in a list.</summary>
public sealed class TestLoop : IDisposable
{
    private readonly RecordedErrors _errors = new();

    public TestLoop(EventLoopOptions? options = null)
        : this(EventLoop.Create, options)
    {
    }

    /// <param name="create">Makes a loop of any kind.</param>
    /// <param name="options">How it is made, except for its exception handler.</param>
    public TestLoop(Func<EventLoopOptions, EventLoop> create, EventLoopOptions? options = null)
    {
        Loop = create((options ?? new EventLoopOptions()) with { ExceptionHandler = _errors.Handle });
    }

    public EventLoop Loop { get; }

    /// <summary>What the exception handler of the loop was given so far.</summary>
    public IReadOnlyList<LoopExceptionContext> Errors => _errors.All;

    /// <summary>Runs exactly one turn, without waiting.</summary>
    public void RunTurn()
    {
        Loop.Stop();
        Loop.RunForever();
    }

    public void RunTurns(int count)
    {
        for (int i = 0; i < count; i++)
        {
            RunTurn();
        }
    }

    /// <summary>
    /// Runs turns, without waiting in them, until a condition holds; one that never does fails the test.
    /// </summary>
    public void RunTurnsUntil(Func<bool> condition, string what) => Patience.WaitFor(
        () =>
        {
            RunTurn();
            return condition();
        },
        what);

    /// <summary>Runs until somebody stops the loop; one that nobody stops fails the test.</summary>
    public void RunForever()
    {
        using (Watchdog())
        {
            Loop.RunForever();
        }
    }

    /// <summary>Runs a body as a task; a body that hangs fails the test.</summary>
    public void Run(Func<Task> body)
    {
        using (Watchdog())
        {
            Loop.RunUntilComplete(body);
        }
    }

    /// <summary>
    /// Runs the loop until a condition holds that messages bring about; one that never does fails the test.
    /// </summary>
    public void RunUntil(Func<bool> condition) => Run(async () =>
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), Loop.TimeProvider);
        }
    });

    /// <summary>Runs an action on another thread, waits for it, and throws what it threw.</summary>
    public static void OnOtherThread(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() => failure = Catch(action)) { IsBackground = true };
        thread.Start();
        if (!thread.Join(Patience.Bound))
        {
            throw new TimeoutException("The other thread did not end.");
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose() => Loop.Close();

    /// <summary>
    /// In real time, whatever clock the loop has. A fatal exception tells a hang from an ordinary stop.
    /// </summary>
    private Timer Watchdog() => new(
        _ => Loop.TryPost(() => throw new FatalLoopException($"The run did not end within {Patience.Bound.TotalSeconds} s.")),
        null,
        Patience.Bound,
        Timeout.InfiniteTimeSpan);

    private static Exception? Catch(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }
}
