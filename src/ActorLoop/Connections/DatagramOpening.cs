using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// One call of <c>CreateDatagramEndpointAsync</c>: look up, open, call the factory, make the transport, wait for
/// <c>ConnectionMade</c>. At any moment one part owns the socket, so ending at any moment leaves nothing open. Loop thread only.
/// </summary>
internal sealed class DatagramOpening<TProtocol>(LoopCore core, Func<TProtocol> factory, DatagramOptions options)
    : Opening<(IDatagramTransport Transport, TProtocol Protocol)>(core)
    where TProtocol : DatagramProtocol
{
    private IOpenedDatagrams? _transport;
    private TProtocol? _protocol;

    public Task<(IDatagramTransport Transport, TProtocol Protocol)> OpenAsync(CancellationToken cancellationToken)
    {
        Watch(cancellationToken);
        if (IsOver)
        {
            options.Socket?.Dispose();
        }
        else
        {
            _ = StartAsync(cancellationToken);
        }

        return Outcome;
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        // A lookup may end when nobody can come back to this loop any more.
        Core.Closed += LoopClosed;
        try
        {
            DatagramSocket socket = options.Socket is { } given
                ? DatagramSocket.Adopt(given, options.CleanupSocket)
                : await DatagramSockets.OpenAsync(Core.Loop, options, cancellationToken);
            Attach(socket);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
        finally
        {
            Core.Closed -= LoopClosed;
        }
    }

    private void Attach(DatagramSocket socket)
    {
        try
        {
            if (!IsOver)
            {
                _protocol = factory() ?? throw new InvalidOperationException("The protocol factory returned null.");
            }

            if (IsOver)
            {
                // Canceled while the socket was opened, or by the factory itself.
                socket.Close();
                return;
            }

            if (Core.UsesCompletions)
            {
                socket = socket with { Handle = socket.Handle.ForCompletions() };
            }

            var settings = new DatagramSettings(
                socket.Family, socket.Target, socket.IsConnected, options.Offloads, options.WriteBufferLimits, socket.RemoveFile);
            _transport = Core.UsesCompletions
                ? new CompletionDatagramTransport(Core, socket.Handle, _protocol!, settings)
                : new DatagramTransport(Core, socket.Handle, _protocol!, settings);
        }
        catch
        {
            socket.Close();
            throw;
        }

        _transport.PostStart(Made);
    }

    protected override void Release() => _transport?.Abort();

    private void Made() => Complete((_transport!, _protocol!));
}
