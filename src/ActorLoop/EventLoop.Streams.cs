using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ActorLoop.Streams;

namespace ActorLoop;

/// <summary>
/// Connections and servers that are read and written by <c>await</c>; they work wherever the loop has connections and
/// servers.
/// </summary>
public abstract partial class EventLoop
{
    /// <summary>Connects to a host and returns the connection as a stream. Mirrors <c>open_connection</c>.</summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">Port, 1 to 65535.</param>
    /// <param name="options">How to connect; null is all defaults.</param>
    /// <param name="streamOptions">How the stream is made; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <returns>The stream; close it.</returns>
    /// <remarks>Thread: the loop's.</remarks>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="SocketException">No address could be connected to.</exception>
    public async Task<LoopStream> OpenConnectionAsync(
        string host,
        int port,
        ConnectionOptions? options = null,
        StreamOptions? streamOptions = null,
        CancellationToken cancellationToken = default)
    {
        Func<StreamConnection> factory = StreamFactory(streamOptions);
        (_, StreamConnection connection) = await CreateConnectionAsync(factory, host, port, options, cancellationToken);
        return new LoopStream(connection);
    }

    /// <summary>Reads and writes a connected socket as a stream. Mirrors <c>open_connection(sock=…)</c>.</summary>
    /// <param name="socket">A connected stream socket; the stream owns it from now on.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="streamOptions">How the stream is made; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The stream; close it.</returns>
    /// <remarks>Thread: the loop's.</remarks>
    /// <exception cref="ArgumentException">The socket is no connected stream socket.</exception>
    public async Task<LoopStream> OpenConnectionAsync(
        Socket socket,
        ConnectionOptions? options = null,
        StreamOptions? streamOptions = null,
        CancellationToken cancellationToken = default)
    {
        Func<StreamConnection> factory = StreamFactory(streamOptions);
        (_, StreamConnection connection) = await CreateConnectionAsync(factory, socket, options, cancellationToken);
        return new LoopStream(connection);
    }

    /// <summary>
    /// Listens on the addresses of a host and runs a handler for each connection. Mirrors <c>start_server</c>.
    /// </summary>
    /// <param name="handler">
    /// Serves one connection, as a task of its own. When it returns, the connection is closed after what it wrote was
    /// sent (<see cref="StreamOptions.KeepOpen"/>); when it throws, the exception is also reported; when it is
    /// canceled, not. Only that its own connection is lost is no error of a handler.
    /// </param>
    /// <param name="host">Name or address; null or empty is every interface.</param>
    /// <param name="port">Port; 0 is a free one, another for each address.</param>
    /// <param name="options">How to listen; null is all defaults.</param>
    /// <param name="streamOptions">How the streams are made; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the resolving of names.</param>
    /// <returns>The server, accepting unless <see cref="ServerOptions.StartServing"/> says otherwise.</returns>
    /// <remarks>
    /// <para>The handler's token is canceled when its task is, and when its connection has ended, whoever ended it;
    /// reads that wait are over by then.</para>
    /// <para><see cref="Server.Close"/> leaves handlers alone. <see cref="Server.CloseClients"/> and <see
    /// cref="Server.ShutdownAsync"/> close their connections after what is buffered was sent: reads give the end of
    /// the stream, the token is canceled, and what the handler writes from then on is dropped. <see
    /// cref="Server.AbortClients"/> does the same without sending. A handler that still works after that keeps
    /// running; the server waits for connections, not for handlers.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="SocketException">An address could not be bound; none of them is.</exception>
    [OverloadResolutionPriority(1)] // A null is no host, not no list of hosts.
    public Task<Server> StartServerAsync(
        Func<LoopStream, CancellationToken, Task> handler,
        string? host,
        int port,
        ServerOptions? options = null,
        StreamOptions? streamOptions = null,
        CancellationToken cancellationToken = default) =>
        CreateServerAsync(HandlerFactory(handler, streamOptions), host, port, options, cancellationToken);

    /// <summary>Listens on the addresses of several hosts and runs a handler for each connection.</summary>
    /// <param name="handler">Serves one connection, as in the other overload.</param>
    /// <param name="hosts">Names or addresses; at least one.</param>
    /// <param name="port">Port; 0 is a free one, another for each address.</param>
    /// <param name="options">How to listen; null is all defaults.</param>
    /// <param name="streamOptions">How the streams are made; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the resolving of names.</param>
    /// <returns>The server, accepting unless <see cref="ServerOptions.StartServing"/> says otherwise.</returns>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="SocketException">An address could not be bound; none of them is.</exception>
    public Task<Server> StartServerAsync(
        Func<LoopStream, CancellationToken, Task> handler,
        IReadOnlyList<string?> hosts,
        int port,
        ServerOptions? options = null,
        StreamOptions? streamOptions = null,
        CancellationToken cancellationToken = default) =>
        CreateServerAsync(HandlerFactory(handler, streamOptions), hosts, port, options, cancellationToken);

    /// <summary>
    /// Listens on a bound socket and runs a handler for each connection. Mirrors <c>start_server(sock=…)</c>.
    /// </summary>
    /// <param name="handler">Serves one connection, as in the other overloads.</param>
    /// <param name="socket">A bound stream socket; the server owns it from now on.</param>
    /// <param name="options">How to listen; null is all defaults.</param>
    /// <param name="streamOptions">How the streams are made; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The server, accepting unless <see cref="ServerOptions.StartServing"/> says otherwise.</returns>
    /// <exception cref="ArgumentException">The socket is no bound stream socket.</exception>
    public Task<Server> StartServerAsync(
        Func<LoopStream, CancellationToken, Task> handler,
        Socket socket,
        ServerOptions? options = null,
        StreamOptions? streamOptions = null,
        CancellationToken cancellationToken = default) =>
        CreateServerAsync(HandlerFactory(handler, streamOptions), socket, options, cancellationToken);

    /// <summary>
    /// Connects to a Unix socket and returns the connection as a stream. Mirrors <c>open_unix_connection</c>.
    /// </summary>
    /// <param name="path">Path of the socket; a leading NUL means a name in the abstract namespace.</param>
    /// <param name="options">How to connect; null is all defaults.</param>
    /// <param name="streamOptions">How the stream is made; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <returns>The stream; close it.</returns>
    /// <remarks>Thread: the loop's.</remarks>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="SocketException">Nobody listens there, or the rights to connect are missing.</exception>
    public async Task<LoopStream> OpenUnixConnectionAsync(
        string path,
        UnixConnectionOptions? options = null,
        StreamOptions? streamOptions = null,
        CancellationToken cancellationToken = default)
    {
        Func<StreamConnection> factory = StreamFactory(streamOptions);
        (_, StreamConnection connection) = await CreateUnixConnectionAsync(factory, path, options, cancellationToken);
        return new LoopStream(connection);
    }

    /// <summary>
    /// Listens on a Unix socket and runs a handler for each connection. Mirrors <c>start_unix_server</c>.
    /// </summary>
    /// <param name="handler">
    /// Serves one connection, as in <see cref="StartServerAsync(Func{LoopStream, CancellationToken, Task}, string?,
    /// int, ServerOptions?, StreamOptions?, CancellationToken)"/>.
    /// </param>
    /// <param name="path">
    /// As for <see cref="CreateUnixServerAsync(Func{StreamProtocol}, string, UnixServerOptions?,
    /// CancellationToken)"/>.
    /// </param>
    /// <param name="options">How to listen; null is all defaults.</param>
    /// <param name="streamOptions">How the streams are made; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the wait for another server that is starting in the same directory.</param>
    /// <returns>The server, accepting unless <see cref="UnixServerOptions.StartServing"/> says otherwise.</returns>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="SocketException">The path is taken, or the system refused.</exception>
    public Task<Server> StartUnixServerAsync(
        Func<LoopStream, CancellationToken, Task> handler,
        string path,
        UnixServerOptions? options = null,
        StreamOptions? streamOptions = null,
        CancellationToken cancellationToken = default) =>
        CreateUnixServerAsync(HandlerFactory(handler, streamOptions), path, options, cancellationToken);

    /// <summary>
    /// Listens on a Unix socket that is bound already. Mirrors <c>start_unix_server(sock=…)</c>.
    /// </summary>
    /// <param name="handler">Serves one connection, as in the other overloads.</param>
    /// <param name="socket">A bound Unix stream socket; the server owns it from now on.</param>
    /// <param name="options">How to listen; null is all defaults.</param>
    /// <param name="streamOptions">How the streams are made; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The server, accepting unless <see cref="UnixServerOptions.StartServing"/> says otherwise.</returns>
    /// <exception cref="ArgumentException">The socket is no bound Unix stream socket.</exception>
    public Task<Server> StartUnixServerAsync(
        Func<LoopStream, CancellationToken, Task> handler,
        Socket socket,
        UnixServerOptions? options = null,
        StreamOptions? streamOptions = null,
        CancellationToken cancellationToken = default) =>
        CreateUnixServerAsync(HandlerFactory(handler, streamOptions), socket, options, cancellationToken);

    private static Func<StreamConnection> StreamFactory(StreamOptions? options)
    {
        options ??= StreamOptions.Default;
        return () => new StreamConnection(options, handler: null);
    }

    private static Func<StreamProtocol> HandlerFactory(
        Func<LoopStream, CancellationToken, Task> handler, StreamOptions? options)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new StreamHandler(handler, options ?? StreamOptions.Default).CreateProtocol;
    }
}
