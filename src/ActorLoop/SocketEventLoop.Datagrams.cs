using ActorLoop.Connections;
using ActorLoop.Futures;

namespace ActorLoop;

/// <content>Datagrams.</content>
public abstract partial class SocketEventLoop
{
    /// <inheritdoc/>
    public override Task<(IDatagramTransport Transport, TProtocol Protocol)> CreateDatagramEndpointAsync<TProtocol>(
        Func<TProtocol> factory, DatagramOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        DatagramSockets.Check(options);
        Core.ThrowIfClosed();
        RequirePlatform();
        RequireLoop(nameof(CreateDatagramEndpointAsync));
        return new DatagramOpening<TProtocol>(Core, factory, options).OpenAsync(TaskToken.Or(cancellationToken));
    }
}
