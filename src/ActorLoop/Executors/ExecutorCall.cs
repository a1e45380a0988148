namespace ActorLoop.Executors;

/// <summary>One function on its way through an executor, and the task that its caller awaits.</summary>
internal sealed class ExecutorCall<T>
{
    private const int Queued = 0;
    private const int Started = 1;
    private const int Canceled = 2;

    // The caller's continuation belongs on its loop, not on the worker's thread.
    private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<T>? _function;
    private CancellationTokenRegistration _registration;
    private int _state;

    private ExecutorCall(Func<T> function) => _function = function;

    public static Task<T> RunAsync(LoopExecutor executor, Func<T> function, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var call = new ExecutorCall<T>(function);
        call._registration = cancellationToken.UnsafeRegister(
            static (call, token) => ((ExecutorCall<T>)call!).Cancel(token), call);
        try
        {
            executor.Execute(call.Run);
        }
        catch
        {
            call._registration.Unregister();
            throw;
        }

        return call._outcome.Task;
    }

    private void Run()
    {
        if (Interlocked.CompareExchange(ref _state, Started, Queued) != Queued)
        {
            return;
        }

        try
        {
            T result = _function!();
            _outcome.TrySetResult(result);
        }
        catch (Exception exception)
        {
            // As it is, also when it is a cancellation: the worker's reasons are none of the caller's token.
            _outcome.TrySetException(exception);
        }
        finally
        {
            _function = null;
            _registration.Unregister();
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        // Work that runs cannot be stopped: it goes on, and its result is dropped.
        if (Interlocked.CompareExchange(ref _state, Canceled, Queued) == Queued)
        {
            _function = null;
        }

        _outcome.TrySetCanceled(cancellationToken);
    }
}
