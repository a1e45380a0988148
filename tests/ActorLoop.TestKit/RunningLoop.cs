namespace ActorLoop.TestKit;

/// <summary>A loop that runs on a thread of its own until the end of the test.</summary>
public sealed class RunningLoop : IDisposable
{
    private readonly Thread _thread;
    private Exception? _failure;

    /// <param name="loop">A loop that does not run yet; it is closed at the end.</param>
    public RunningLoop(EventLoop loop)
    {
        Loop = loop;
        _thread = new Thread(Run) { IsBackground = true, Name = loop.Name };
        _thread.Start();
        Do(() => { });
    }

    public EventLoop Loop { get; }

    /// <summary>Runs an action on the loop, waits for its end, and throws what it threw.</summary>
    public void Do(Action action) => Do(() =>
    {
        action();
        return true;
    });

    /// <summary>Runs a function on the loop and waits for its result.</summary>
    public T Do<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.CallSoonThreadSafe(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return Bounded(done.Task).GetAwaiter().GetResult();
    }

    /// <summary>Runs an asynchronous function as a task of the loop.</summary>
    public Task DoAsync(Func<Task> function) => Bounded(Do(() => Loop.CreateTask(_ => function()).Task));

    /// <inheritdoc cref="DoAsync(Func{Task})"/>
    public Task<T> DoAsync<T>(Func<Task<T>> function) => Bounded(Do(() => Loop.CreateTask(_ => function()).Task));

    /// <summary>Ends the run and waits for the end of the thread; throws what left the run.</summary>
    public void Stop()
    {
        Loop.Stop();
        Patience.Join(_thread);
        if (_failure is not null)
        {
            throw new InvalidOperationException("The run ended with an exception.", _failure);
        }
    }

    public void Dispose()
    {
        Stop();
        Loop.Close();
    }

    private static async Task<T> Bounded<T>(Task<T> task) => await task.WaitAsync(Patience.Bound).ConfigureAwait(false);

    private static async Task Bounded(Task task) => await task.WaitAsync(Patience.Bound).ConfigureAwait(false);

    private void Run()
    {
        try
        {
            Loop.RunForever();
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }
}
