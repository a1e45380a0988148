using System.Net;
using System.Net.Sockets;
using ActorLoop.Connections;
using ActorLoop.Transports;

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
    public override async Task<(ITransport Transport, TProtocol Protocol)> CreateConnectionAsync<TProtocol>(
        Func<TProtocol> factory,
        string host,
        int port,
        ConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ConnectionOptions();
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentException.ThrowIfNullOrEmpty(host);
        AddressResolver.CheckPort(port);
        AddressResolver.CheckFamily(options.Family);
        Core.ThrowIfClosed();
        RequireLinux();
        RequireLoop(nameof(CreateConnectionAsync));
        List<IPEndPoint> targets = await AddressResolver.ResolveAsync(host, port, options.Family, cancellationToken);
        Socket socket = await Connector.ConnectAsync(Core, targets, cancellationToken);
        return await AttachAsync(factory, socket, options, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<(ITransport Transport, TProtocol Protocol)> CreateConnectionAsync<TProtocol>(
        Func<TProtocol> factory,
        Socket socket,
        ConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ConnectionOptions();
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.SocketType != SocketType.Stream)
        {
            throw new ArgumentException($"A stream connection needs a stream socket, not {socket.SocketType}.", nameof(socket));
        }

        if (options.Family is not null)
        {
            throw new ArgumentException(
                "Family chooses among the addresses of a host; a connected socket has none to choose.", nameof(options));
        }

        Core.ThrowIfClosed();
        RequireLinux();
        RequireLoop(nameof(CreateConnectionAsync));
        return await AttachAsync(factory, socket, options, cancellationToken);
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
        Core.ThrowIfClosed();
        RequireLinux();
        List<IPEndPoint> endPoints =
            await AddressResolver.ResolvePassiveAsync(hosts, port, options.Family, cancellationToken);
        return Serve(factory, ListeningSockets.Bind(endPoints, options.ReusePort), options);
    }

    /// <inheritdoc/>
    public override Task<Server> CreateServerAsync(
        Func<StreamProtocol> factory,
        Socket socket,
        ServerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new ServerOptions();
        ArgumentNullException.ThrowIfNull(factory);
        ListeningSockets.CheckListener(socket);
        if (options.Family is not null || options.ReusePort)
        {
            throw new ArgumentException(
                "Family and ReusePort apply to sockets the server binds; this one is bound already.", nameof(options));
        }

        Core.ThrowIfClosed();
        RequireLinux();
        return Task.FromResult<Server>(Serve(factory, [socket], options));
    }

    private static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("SelectorEventLoop makes connections and servers on Linux only.");
        }
    }

    private SocketServer Serve(Func<StreamProtocol> factory, IEnumerable<Socket> sockets, ServerOptions options)
    {
        var server = new SocketServer(Core, factory, sockets, options);
        if (options.StartServing)
        {
            server.StartListening();
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

    private async Task<(ITransport Transport, TProtocol Protocol)> AttachAsync<TProtocol>(
        Func<TProtocol> factory, Socket socket, ConnectionOptions options, CancellationToken cancellationToken)
        where TProtocol : StreamProtocol
    {
        TProtocol protocol;
        SocketTransport transport;
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            protocol = factory() ?? throw new InvalidOperationException("The protocol factory returned null.");
            var transportOptions = new TransportOptions(
                options.WriteBufferLimits, options.NoDelay && IsTcp(socket), options.KeepAlive);
            SocketHandle handle = SocketHandle.Adopt(socket);
            transportOptions.Apply(handle.Descriptor);
            transport = new SocketTransport(Core, handle, protocol, transportOptions, socket.RemoteEndPoint, owner: null);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

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

    private static bool IsTcp(Socket socket) => socket.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;
}
