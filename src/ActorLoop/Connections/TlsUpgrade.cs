using ActorLoop.Execution;
using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>One call of <c>StartTlsAsync</c>: ends with the handshake, or before it when it is canceled.</summary>
internal sealed class TlsUpgrade
{
    private readonly TaskCompletionSource<ITransport> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoopCore _core;
    private readonly TlsTransport _transport;
    private CancellationTokenRegistration _registration;

    public TlsUpgrade(LoopCore core, TlsTransport transport)
    {
        _core = core;
        _transport = transport;
        transport.OnReady(Ready);
    }

    public Task<ITransport> WaitAsync(CancellationToken cancellationToken)
    {
        if (!_done.Task.IsCompleted)
        {
            _registration = cancellationToken.UnsafeRegister(
                static (upgrade, token) => ((TlsUpgrade)upgrade!).CancelFromAnywhere(token), this);
        }

        return _done.Task;
    }

    private void Ready(Exception? failure)
    {
        _registration.Unregister();
        if (failure is null)
        {
            _done.TrySetResult(_transport);
        }
        else
        {
            _done.TrySetException(failure);
        }
    }

    private void CancelFromAnywhere(CancellationToken cancellationToken)
    {
        if (_core.IsOnLoop)
        {
            Cancel(cancellationToken);
        }
        else
        {
            // A loop that is closed, or closes before this is taken, ends the connection by itself.
            _ = _core.TryPost(new Message((Action)(() => Cancel(cancellationToken))));
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (_done.TrySetCanceled(cancellationToken))
        {
            _transport.Abort();
        }
    }
}
