using System.Net.Sockets;
using ActorLoop.Connections;
using ActorLoop.Futures;
using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>Unix sockets, and sockets that somebody else accepted.</summary>
public abstract partial class SocketEventLoop
{
    /// <inheritdoc/>
    public override Task<(ITransport Transport, TProtocol Protocol)> CreateUnixConnectionAsync<TProtocol>(
        Func<TProtocol> factory,
        string path,
        UnixConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new UnixConnectionOptions();
        ArgumentNullException.ThrowIfNull(factory);
        UnixDomainSocketEndPoint target = UnixPath.Check(path);
        ConnectionOptions connection = options.ForConnection();
        TlsSettings? tls = TlsArguments.Of(connection, host: null);
        Core.ThrowIfClosed();
        RequirePlatform();
        RequireLoop(nameof(CreateUnixConnectionAsync));
        return new Connecting<TProtocol>(Core, factory, connection, tls).ConnectAsync(target, TaskToken.Or(cancellationToken));
    }

    /// <inheritdoc/>
    public override Task<(ITransport Transport, TProtocol Protocol)> CreateUnixConnectionAsync<TProtocol>(
        Func<TProtocol> factory,
        Socket socket,
        UnixConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new UnixConnectionOptions();
        UnixPath.CheckSocket(socket);
        return CreateConnectionAsync(factory, socket, options.ForConnection(), cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Server> CreateUnixServerAsync(
        Func<StreamProtocol> factory,
        string path,
        UnixServerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new UnixServerOptions();
        ArgumentNullException.ThrowIfNull(factory);
        _ = TlsArguments.Of(options.ForServer());
        Core.ThrowIfClosed();
        RequirePlatform();
        ListeningSocket socket = await UnixBinder.BindAsync(path, options, TimeProvider, TaskToken.Or(cancellationToken));
        return await ServeAsync(factory, [socket], options.ForServer());
    }

    /// <inheritdoc/>
    public override async Task<Server> CreateUnixServerAsync(
        Func<StreamProtocol> factory,
        Socket socket,
        UnixServerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new UnixServerOptions();
        ArgumentNullException.ThrowIfNull(factory);
        UnixPath.CheckSocket(socket);
        _ = TlsArguments.Of(options.ForServer());
        Core.ThrowIfClosed();
        RequirePlatform();
        ListeningSocket adopted = ListeningSocket.Adopt(socket, removeFile: options.CleanupSocket);
        return await ServeAsync(factory, [adopted], options.ForServer());
    }

    /// <inheritdoc/>
    public override Task<(ITransport Transport, TProtocol Protocol)> ConnectAcceptedSocketAsync<TProtocol>(
        Func<TProtocol> factory,
        Socket socket,
        ConnectionOptions? options = null,
        CancellationToken cancellationToken = default) => CreateConnectionAsync(factory, socket, options, cancellationToken);
}
