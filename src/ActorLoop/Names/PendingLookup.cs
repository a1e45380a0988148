using System.Net.Sockets;
using ActorLoop.Execution;

namespace ActorLoop.Names;

/// <summary>
/// One lookup a loop waits for, ended by the first of: the answer, its timeout, its caller, the end of the loop.
/// </summary>
#pragma warning disable CA1001 // The token source holds nothing: it has no timer, and a resolver may still look at its token.
internal sealed class PendingLookup<T>(LoopLookups owner, string what) : IPendingLookup
#pragma warning restore CA1001
{
    private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenRegistration _registration;
    private ITimer? _timer;
    private TimeSpan _timeout;
    private int _ended;

    public Task<T> Task => _outcome.Task;

    public void Start(Func<CancellationToken, Task<T>> ask, TimeSpan timeout, LoopCore core, CancellationToken cancellationToken)
    {
        _timeout = timeout;
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            _timer = core.TimeProvider.CreateTimer(
                static lookup => ((PendingLookup<T>)lookup!).TimeUp(), this, timeout, Timeout.InfiniteTimeSpan);
        }

        _registration = cancellationToken.UnsafeRegister(
            static (lookup, token) => ((PendingLookup<T>)lookup!).Cancel(token), this);
        if (Volatile.Read(ref _ended) == 0)
        {
            _ = AskAsync(ask);
        }
    }

    public void LoopClosed(string loop)
    {
        if (TryEnd())
        {
            _outcome.TrySetException(new LoopClosedException(loop));
            _stop.Cancel();
        }
    }

    private async Task AskAsync(Func<CancellationToken, Task<T>> ask)
    {
        try
        {
            T answer = await ask(_stop.Token).ConfigureAwait(false);
            if (TryEnd())
            {
                _outcome.TrySetResult(answer);
            }
        }
        catch (Exception failure)
        {
            // After the end of the lookup nobody is left to whom it could matter why the resolver failed.
            if (TryEnd())
            {
                _outcome.TrySetException(failure);
            }
        }
    }

    private void TimeUp()
    {
        if (TryEnd())
        {
            _outcome.TrySetException(new SocketException(
                (int)SocketError.TimedOut, $"Looking up {what} took longer than {_timeout}."));
            _stop.Cancel();
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (TryEnd())
        {
            _outcome.TrySetCanceled(cancellationToken);
            _stop.Cancel();
        }
    }

    private bool TryEnd()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return false;
        }

        owner.Remove(this);
        _timer?.Dispose();
        _registration.Unregister();
        return true;
    }
}
