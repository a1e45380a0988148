using ActorLoop.Connections;
using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>Datagrams.</summary>
public sealed partial class SelectorEventLoop
{
    /// <inheritdoc/>
    public override async Task<(IDatagramTransport Transport, TProtocol Protocol)> CreateDatagramEndpointAsync<TProtocol>(
        Func<TProtocol> factory, DatagramOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        DatagramSockets.Check(options);
        Core.ThrowIfClosed();
        RequireLinux();
        RequireLoop(nameof(CreateDatagramEndpointAsync));
        cancellationToken.ThrowIfCancellationRequested();
        DatagramSocket socket = options.Socket is { } given
            ? DatagramSocket.Adopt(given)
            : DatagramSockets.Open(await DatagramSockets.ResolveAsync(this, options, cancellationToken), options);
        TProtocol protocol;
        DatagramTransport transport;
        try
        {
            protocol = factory() ?? throw new InvalidOperationException("The protocol factory returned null.");
            var settings = new DatagramSettings(
                socket.Family, socket.Target, socket.IsConnected, options.Offloads, options.WriteBufferLimits, BeforeClose: null);
            transport = new DatagramTransport(Core, socket.Handle, protocol, settings);
        }
        catch
        {
            socket.Handle.Close();
            throw;
        }

        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        transport.PostStart(made.SetResult);
        try
        {
            await made.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            transport.Abort();
            throw;
        }

        return (transport, protocol);
    }
}
