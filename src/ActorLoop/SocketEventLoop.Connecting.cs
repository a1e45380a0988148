using System.Net.Sockets;
using ActorLoop.Connections;
using ActorLoop.Futures;
using ActorLoop.Names;
using ActorLoop.Transports;

namespace ActorLoop;

/// <content>Connecting to hosts.</content>
public abstract partial class SocketEventLoop
{
    /// <inheritdoc/>
    public override Task<(ITransport Transport, TProtocol Protocol)> CreateConnectionAsync<TProtocol>(
        Func<TProtocol> factory,
        string host,
        int port,
        ConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        AddressResolver.CheckTargetPort(port, nameof(port));
        return CreateConnectionAsync(factory, host, port.ToString(provider: null), options, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<(ITransport Transport, TProtocol Protocol)> CreateConnectionAsync<TProtocol>(
        Func<TProtocol> factory,
        string host,
        string service,
        ConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ConnectionOptions();
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentException.ThrowIfNullOrEmpty(service);
        HostName.Parse(host, nameof(host));
        if (ServiceName.Parse(service, nameof(service)) is { Name: null, Port: var port })
        {
            AddressResolver.CheckTargetPort(port, nameof(service));
        }

        ConnectionArguments.CheckOptions(options);
        TlsSettings? tls = TlsArguments.Of(options, host);
        Core.ThrowIfClosed();
        RequirePlatform();
        RequireLoop(nameof(CreateConnectionAsync));
        return new Connecting<TProtocol>(Core, factory, options, tls).ConnectAsync(
            host, service, TaskToken.Or(cancellationToken));
    }

    /// <inheritdoc/>
    public override Task<(ITransport Transport, TProtocol Protocol)> CreateConnectionAsync<TProtocol>(
        Func<TProtocol> factory,
        Socket socket,
        ConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ConnectionOptions();
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(socket);
        ConnectionArguments.CheckSocket(socket, options);
        _ = TlsArguments.Of(options, host: null);
        Core.ThrowIfClosed();
        RequirePlatform();
        RequireLoop(nameof(CreateConnectionAsync));
        return AttachAsync(factory, socket, options, TaskToken.Or(cancellationToken));
    }
}
