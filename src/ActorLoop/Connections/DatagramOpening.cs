using ActorLoop.Execution;
using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// One call of <c>CreateDatagramEndpointAsync</c>: look up, open, call the factory, make the transport, wait for
/// <c>ConnectionMade</c>. At any moment one part owns the socket, so ending at any moment leaves nothing open. Loop thread only.
/// </summary>
internal sealed class DatagramOpening<TProtocol>(LoopCore core, Func<TProtocol> factory, DatagramOptions options)
    where TProtocol : DatagramProtocol
{
    // Awaited by the caller directly: his continuation is queued within the message that called ConnectionMade, ahead of any datagram.
    private readonly TaskCompletionSource<(IDatagramTransport Transport, TProtocol Protocol)> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CancellationTokenRegistration _registration;
    private IOpenedDatagrams? _transport;
    private TProtocol? _protocol;
    private bool _ended;

    public Task<(IDatagramTransport Transport, TProtocol Protocol)> OpenAsync(CancellationToken cancellationToken)
    {
        _registration = cancellationToken.UnsafeRegister(
            static (opening, token) => ((DatagramOpening<TProtocol>)opening!).CancelFromAnywhere(token), this);
        if (_ended)
        {
            options.Socket?.Dispose();
        }
        else
        {
            _ = StartAsync(cancellationToken);
        }

        return _done.Task;
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        // A lookup may end when nobody can come back to this loop any more.
        core.Closed += LoopClosed;
        try
        {
            DatagramSocket socket = options.Socket is { } given
                ? DatagramSocket.Adopt(given, options.CleanupSocket)
                : await DatagramSockets.OpenAsync(core.Loop, options, cancellationToken);
            Attach(socket);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
        finally
        {
            core.Closed -= LoopClosed;
        }
    }

    private void Attach(DatagramSocket socket)
    {
        try
        {
            if (!_ended)
            {
                _protocol = factory() ?? throw new InvalidOperationException("The protocol factory returned null.");
            }

            if (_ended)
            {
                // Canceled while the socket was opened, or by the factory itself.
                socket.Close();
                return;
            }

            if (core.UsesCompletions)
            {
                socket = socket with { Handle = socket.Handle.ForCompletions() };
            }

            var settings = new DatagramSettings(
                socket.Family, socket.Target, socket.IsConnected, options.Offloads, options.WriteBufferLimits, socket.RemoveFile);
            _transport = core.UsesCompletions
                ? new CompletionDatagramTransport(core, socket.Handle, _protocol!, settings)
                : new DatagramTransport(core, socket.Handle, _protocol!, settings);
        }
        catch
        {
            socket.Close();
            throw;
        }

        _transport.PostStart(Made);
    }

    private void Made()
    {
        if (core.IsClosed)
        {
            LoopClosed();
        }
        else if (TryEnd())
        {
            _done.TrySetResult((_transport!, _protocol!));
        }
    }

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
            _transport?.Abort();
            _done.TrySetCanceled(cancellationToken);
        }
    }

    private void Fail(Exception failure)
    {
        if (TryEnd())
        {
            _done.TrySetException(failure);
        }
    }

    private void LoopClosed() => Fail(new LoopClosedException(core.Name));

    private bool TryEnd()
    {
        if (_ended)
        {
            return false;
        }

        _ended = true;
        _registration.Unregister();
        return true;
    }
}
