using System.Net.Sockets;

namespace ActorLoop;

/// <summary>Unix sockets, and sockets that somebody else accepted. A loop of another kind overrides what it supports.</summary>
public abstract partial class EventLoop
{
    /// <summary>
    /// Connects to a Unix socket and gives the connection to a protocol. Mirrors <c>create_unix_connection</c>.
    /// </summary>
    /// <typeparam name="TProtocol">Type of the protocol.</typeparam>
    /// <param name="factory">Makes the protocol, once the connection is there.</param>
    /// <param name="path">
    /// Path of the socket, of at most 107 bytes; a leading NUL means a name in the abstract namespace, of at most 108.
    /// </param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing stays open.</param>
    /// <returns>The transport and its protocol.</returns>
    /// <remarks>
    /// <para>Thread: the loop's. While the queue of the listener is full the attempt waits.</para>
    /// <para>Who listens is in the extra info <c>peercred</c>. Anybody may have taken an abstract name: check it there.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="SocketException">Nobody listens there, or the rights to connect are missing.</exception>
    public virtual Task<(ITransport Transport, TProtocol Protocol)> CreateUnixConnectionAsync<TProtocol>(
        Func<TProtocol> factory,
        string path,
        UnixConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
        where TProtocol : StreamProtocol => throw Unsupported(nameof(CreateUnixConnectionAsync));

    /// <summary>Gives a connected Unix socket to a protocol. Mirrors <c>create_unix_connection(sock=…)</c>.</summary>
    /// <typeparam name="TProtocol">Type of the protocol.</typeparam>
    /// <param name="factory">Makes the protocol.</param>
    /// <param name="socket">A connected Unix stream socket; the transport owns it from now on.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The transport and its protocol.</returns>
    /// <exception cref="ArgumentException">The socket is no connected Unix stream socket.</exception>
    public virtual Task<(ITransport Transport, TProtocol Protocol)> CreateUnixConnectionAsync<TProtocol>(
        Func<TProtocol> factory,
        Socket socket,
        UnixConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
        where TProtocol : StreamProtocol => throw Unsupported(nameof(CreateUnixConnectionAsync));

    /// <summary>Listens on a Unix socket. Mirrors <c>create_unix_server</c>.</summary>
    /// <param name="factory">Makes a protocol for each accepted connection.</param>
    /// <param name="path">
    /// Path of at most 107 bytes; a leading NUL means a name in the abstract namespace, of at most 108. Such a name has no
    /// permissions: every process in the same network namespace may connect, so check <c>peercred</c> of each connection.
    /// </param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the wait for another server that is starting in the same directory.</param>
    /// <returns>The server, accepting unless <see cref="UnixServerOptions.StartServing"/> says otherwise.</returns>
    /// <remarks>
    /// <para>
    /// A socket that a dead server left is replaced. Whether it is dead is found out by connecting, so a live server may see a
    /// connection that ends at once. Live sockets, and whatever is no socket, stay, and the call fails.
    /// </para>
    /// <para>Thread: the loop's, or any while it does not run.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="SocketException">
    /// The path is taken (<see cref="SocketError.AddressAlreadyInUse"/>; the message says by what), or the system refused.
    /// </exception>
    public virtual Task<Server> CreateUnixServerAsync(
        Func<StreamProtocol> factory,
        string path,
        UnixServerOptions? options = null,
        CancellationToken cancellationToken = default) => throw Unsupported(nameof(CreateUnixServerAsync));

    /// <summary>Listens on a Unix socket that is bound already. Mirrors <c>create_unix_server(sock=…)</c>.</summary>
    /// <param name="factory">Makes a protocol for each accepted connection.</param>
    /// <param name="socket">
    /// A bound Unix stream socket, listening or not; the server owns it from now on. Do not dispose it: .NET would delete
    /// whatever has
    /// the path by then.
    /// </param>
    /// <param name="options">Further options; null is all defaults. The mode is the matter of whoever bound the socket.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The server, accepting unless <see cref="UnixServerOptions.StartServing"/> says otherwise.</returns>
    /// <exception cref="ArgumentException">The socket is no bound Unix stream socket.</exception>
    public virtual Task<Server> CreateUnixServerAsync(
        Func<StreamProtocol> factory,
        Socket socket,
        UnixServerOptions? options = null,
        CancellationToken cancellationToken = default) => throw Unsupported(nameof(CreateUnixServerAsync));

    /// <summary>
    /// Gives a socket that was accepted outside of the loop to a protocol, TCP or Unix. Mirrors <c>connect_accepted_socket</c>.
    /// </summary>
    /// <typeparam name="TProtocol">Type of the protocol.</typeparam>
    /// <param name="factory">Makes the protocol.</param>
    /// <param name="socket">A connected stream socket; the transport owns it from now on.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The transport and its protocol.</returns>
    /// <remarks>Thread: the loop's; whoever accepts on another thread posts the socket to the loop.</remarks>
    /// <exception cref="ArgumentException">The socket is no connected stream socket, or the options name a family.</exception>
    public virtual Task<(ITransport Transport, TProtocol Protocol)> ConnectAcceptedSocketAsync<TProtocol>(
        Func<TProtocol> factory,
        Socket socket,
        ConnectionOptions? options = null,
        CancellationToken cancellationToken = default)
        where TProtocol : StreamProtocol => throw Unsupported(nameof(ConnectAcceptedSocketAsync));
}
