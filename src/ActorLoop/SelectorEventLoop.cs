using System.Net;
using System.Net.Sockets;
using ActorLoop.Connections;

namespace ActorLoop;

/// <summary>
/// A loop that asks a selector which descriptors are ready, and then reads and writes itself. Mirrors asyncio's class of
/// that name.
/// </summary>
/// <remarks>
/// Callbacks, timers, tasks and descriptor watching work wherever the selector does; connections and servers call Linux's socket
/// functions directly.
/// </remarks>
public sealed partial class SelectorEventLoop : EventLoop
{
    /// <summary>Creates a loop.</summary>
    /// <param name="selector">What it waits in; the loop owns it. Null takes the best for this system.</param>
    /// <param name="options">How the loop is made; null is all defaults.</param>
    public SelectorEventLoop(Selector? selector = null, EventLoopOptions? options = null)
        : base(selector ?? Selector.CreateDefault(), options)
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
        RequireLinux();
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
        RequireLinux();
        return await ServeAsync(factory, [ListeningSocket.Adopt(socket)], options);
    }

    private static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("SelectorEventLoop makes connections and servers on Linux only.");
        }
    }

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

    private void RequireLoop(string member)
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
