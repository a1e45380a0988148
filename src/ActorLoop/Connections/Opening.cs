using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Connections;

/// <summary>
/// One call that opens a connection or an endpoint, and how it ends: made, failed, canceled, or its loop closed. The first
/// of these counts. Loop thread only.
/// </summary>
internal abstract class Opening<TResult>(LoopCore core)
{
    // Awaited by the caller directly: his continuation is queued within the message that called ConnectionMade, ahead of any
    // data.
    private readonly TaskCompletionSource<TResult> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CancellationToken _cancellation;
    private CancellationTokenRegistration _registration;

    protected LoopCore Core => core;

    protected Task<TResult> Outcome => _outcome.Task;

    protected bool IsOver { get; private set; }

    /// <summary>From now on a cancellation ends the call, perhaps at once.</summary>
    protected void Watch(CancellationToken cancellationToken)
    {
        _cancellation = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(
            static (opening, token) => ((Opening<TResult>)opening!).CancelFromAnywhere(token), this);
    }

    /// <summary>
    /// Whether the call is over. Canceled on another thread counts from that moment, not from when the message of it arrives.
    /// </summary>
    protected bool EndIfCanceled()
    {
        if (_cancellation.IsCancellationRequested)
        {
            Cancel(_cancellation);
        }

        return IsOver;
    }

    /// <summary>The protocol has heard of its connection.</summary>
    protected void Complete(TResult result)
    {
        if (core.IsClosed)
        {
            LoopClosed();
        }
        else if (!EndIfCanceled() && TryEnd())
        {
            _outcome.TrySetResult(result);
        }
    }

    protected void Fail(Exception failure)
    {
        if (TryEnd())
        {
            _outcome.TrySetException(failure);
        }
    }

    protected void LoopClosed() => Fail(new LoopClosedException(core.Name));

    /// <summary>The call was canceled: ends whatever it has opened so far.</summary>
    protected abstract void Release();

    private void CancelFromAnywhere(CancellationToken cancellationToken)
    {
        if (core.IsOnLoop)
        {
            Cancel(cancellationToken);
        }
        else
        {
            // A loop that is closed, or closes before this is taken, ends the call by itself.
            _ = core.TryPost(new Message((Action)(() => Cancel(cancellationToken))));
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (TryEnd())
        {
            Release();
            _outcome.TrySetCanceled(cancellationToken);
        }
    }

    private bool TryEnd()
    {
        if (IsOver)
        {
            return false;
        }

        IsOver = true;
        _registration.Unregister();
        return true;
    }
}
