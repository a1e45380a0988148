using System.Net;
using System.Net.Sockets;
using ActorLoop.Connections;

namespace ActorLoop;

/// <summary>
/// What the loops over sockets have in common: connections, servers and datagram endpoints, whether the loop waits for readiness
/// (<see cref="SelectorEventLoop"/>) or for completions (<see cref="ProactorEventLoop"/>).
/// </summary>
public abstract partial class SocketEventLoop : EventLoop
{
    private protected SocketEventLoop(Selector selector, EventLoopOptions? options)
        : base(selector, options)
    {
    }

    /// <inheritdoc/>
    public override async Task<Server> CreateServerAsync(
        Func<StreamProtocol> factory,
        IReadOnlyList<string?> hosts,
        int port,
        ServerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ServerOptions();
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentOutOfRangeException.ThrowIfZero(hosts.Count, nameof(hosts));
        AddressResolver.CheckPort(port);
        AddressResolver.CheckFamily(options.Family);
        _ = TlsArguments.Of(options);
        Core.ThrowIfClosed();
        RequirePlatform();
        List<IPEndPoint> endPoints =
            await AddressResolver.ResolvePassiveAsync(this, hosts, port, options.Family, cancellationToken);

        // The lookup may have ended on another thread, or after the loop.
        Core.ThrowIfClosed();
        return await ServeAsync(factory, ListeningSockets.Bind(endPoints, options.ReusePort), options);
    }

    /// <inheritdoc/>
    public override async Task<Server> CreateServerAsync(
        Func<StreamProtocol> factory,
        Socket socket,
        ServerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ServerOptions();
        ArgumentNullException.ThrowIfNull(factory);
        options.CheckForBoundSocket();
        _ = TlsArguments.Of(options);
        Core.ThrowIfClosed();
        RequirePlatform();
        return await ServeAsync(factory, [ListeningSocket.Adopt(socket)], options);
    }

    /// <summary>Throws where this kind of loop makes no connections.</summary>
    private protected abstract void RequirePlatform();

    private async Task<Server> ServeAsync(
        Func<StreamProtocol> factory, IEnumerable<ListeningSocket> sockets, ServerOptions options)
    {
        var server = new SocketServer(Core, factory, sockets, options);
        if (!options.StartServing)
        {
            return server;
        }

        if (IsOnLoop || !IsRunning)
        {
            server.StartListening();
        }
        else
        {
            await server.StartServingAsync();
        }

        return server;
    }

    private protected void RequireLoop(string member)
    {
        if (!IsOnLoop)
        {
            throw new InvalidOperationException($"{member} is called on the loop's thread; post the call to loop '{Name}'.");
        }
    }

    private Task<(ITransport Transport, TProtocol Protocol)> AttachAsync<TProtocol>(
        Func<TProtocol> factory, Socket socket, ConnectionOptions options, CancellationToken cancellationToken)
        where TProtocol : StreamProtocol =>
        new Connecting<TProtocol>(Core, factory, options, TlsArguments.Of(options, host: null)).AdoptAsync(socket, cancellationToken);
}
