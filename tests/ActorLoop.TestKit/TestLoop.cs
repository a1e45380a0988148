namespace ActorLoop.TestKit;

/// <summary>A loop for one test: bounded runs, single turns, and every reported error in a list.</summary>
public sealed class TestLoop : IDisposable
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);
    private readonly List<LoopExceptionContext> _errors = [];

    public TestLoop(EventLoopOptions? options = null)
    {
        Loop = EventLoop.Create((options ?? new EventLoopOptions()) with { ExceptionHandler = (_, error) => Record(error) });
    }

    public EventLoop Loop { get; }

    /// <summary>What the exception handler of the loop was given so far.</summary>
    public IReadOnlyList<LoopExceptionContext> Errors
    {
        get
        {
            lock (_errors)
            {
                return [.. _errors];
            }
        }
    }

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

    /// <summary>Runs a body as a task; a body that hangs fails the test.</summary>
    public void Run(Func<Task> body)
    {
        TimerHandle watchdog = Loop.CallLater(s_bound, Loop.Stop);
        try
        {
            Loop.RunUntilComplete(body);
        }
        finally
        {
            watchdog.Cancel();
        }
    }

    /// <summary>Runs the loop until a condition holds that messages bring about; one that never does fails the test.</summary>
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
        if (!thread.Join(s_bound))
        {
            throw new TimeoutException("The other thread did not end.");
        }

        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose() => Loop.Close();

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

    private void Record(LoopExceptionContext error)
    {
        lock (_errors)
        {
            _errors.Add(error);
        }
    }
}
