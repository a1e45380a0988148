using System.Net;
using System.Net.Sockets;

namespace ActorLoop;

/// <summary>Operations on sockets that the user owns. A loop of another kind overrides what it supports.</summary>
public abstract partial class EventLoop
{
    /// <summary>Receives what is there, waiting for the first byte. Mirrors <c>sock_recv</c> and <c>sock_recv_into</c>.</summary>
    /// <param name="socket">
    /// A socket that no transport uses. A blocking one is made non-blocking for good; in debug mode it is refused.
    /// </param>
    /// <param name="buffer">Where the bytes go; not empty. It must stay as it is until the call is over.</param>
    /// <param name="cancellationToken">
    /// Ends the wait at once; no byte is lost, the next call gets them. Where none is given, the cancellation of the current task
    /// does.
    /// </param>
    /// <returns>How many bytes; 0 is the end of the stream.</returns>
    /// <remarks>
    /// <para>Thread: the loop's. Like all operations on sockets it tries at once and waits in the selector only if it must; a
    /// call that had to wait continues by a message of the loop. One call may wait to read and one to write on the same
    /// socket.</para>
    /// <para>The value task can be awaited once. Do not close the socket while a call waits: cancel that first.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">The buffer is empty; or, in debug mode, the socket is blocking.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another thread; a call that reads from this socket waits already; or a transport, a server or a watched descriptor
    /// uses it.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The socket or the loop is closed.</exception>
    /// <exception cref="SocketException">The system refused; from the awaited task.</exception>
    public virtual ValueTask<int> SocketReceiveAsync(
        Socket socket, Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw Unsupported(nameof(SocketReceiveAsync));

    /// <summary>Receives one datagram. Mirrors <c>sock_recvfrom</c> and <c>sock_recvfrom_into</c>.</summary>
    /// <param name="socket"><inheritdoc cref="SocketReceiveAsync" path="/param[@name='socket']"/></param>
    /// <param name="buffer">Where the bytes go; what does not fit is lost.</param>
    /// <param name="cancellationToken">Ends the wait at once; no datagram is lost.</param>
    /// <returns>How many bytes, and who sent them; null for a sender without a name.</returns>
    /// <inheritdoc cref="SocketReceiveAsync"/>
    public virtual ValueTask<(int Received, EndPoint? Sender)> SocketReceiveFromAsync(
        Socket socket, Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw Unsupported(nameof(SocketReceiveFromAsync));

    /// <summary>Sends all bytes. Mirrors <c>sock_sendall</c>.</summary>
    /// <param name="socket"><inheritdoc cref="SocketReceiveAsync" path="/param[@name='socket']"/></param>
    /// <param name="data">The bytes; they must stay as they are until the call is over.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>Done when the system has taken all; after an error or a cancellation nobody knows how much it took.</returns>
    /// <inheritdoc cref="SocketReceiveAsync"/>
    public virtual ValueTask SocketSendAllAsync(
        Socket socket, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        throw Unsupported(nameof(SocketSendAllAsync));

    /// <summary>Sends one datagram. Mirrors <c>sock_sendto</c>.</summary>
    /// <param name="socket"><inheritdoc cref="SocketReceiveAsync" path="/param[@name='socket']"/></param>
    /// <param name="data">The datagram; it may be empty.</param>
    /// <param name="target">An address of the socket's family; names must be resolved before.</param>
    /// <param name="cancellationToken">Ends the wait at once; nothing was sent then.</param>
    /// <returns>How many bytes the system took.</returns>
    /// <inheritdoc cref="SocketReceiveAsync"/>
    public virtual ValueTask<int> SocketSendToAsync(
        Socket socket, ReadOnlyMemory<byte> data, EndPoint target, CancellationToken cancellationToken = default) =>
        throw Unsupported(nameof(SocketSendToAsync));

    /// <summary>Connects a socket. Mirrors <c>sock_connect</c>.</summary>
    /// <param name="socket"><inheritdoc cref="SocketReceiveAsync" path="/param[@name='socket']"/></param>
    /// <param name="target">
    /// An address, a path, or a <see cref="DnsEndPoint"/>, of which the first address of the socket's family is taken.
    /// </param>
    /// <param name="cancellationToken">Ends the wait at once; close the socket then, for the system goes on trying.</param>
    /// <returns>Done when the connection is there; fails with an error that names the address.</returns>
    /// <inheritdoc cref="SocketReceiveAsync"/>
    public virtual ValueTask SocketConnectAsync(
        Socket socket, EndPoint target, CancellationToken cancellationToken = default) =>
        throw Unsupported(nameof(SocketConnectAsync));

    /// <summary>Takes a connection from a listening socket. Mirrors <c>sock_accept</c>.</summary>
    /// <param name="socket"><inheritdoc cref="SocketReceiveAsync" path="/param[@name='socket']"/></param>
    /// <param name="cancellationToken">Ends the wait at once; a connection that was taken already is still returned.</param>
    /// <returns>
    /// The connection, which the caller closes: non-blocking, not inherited by other programs. It knows its
    /// <c>RemoteEndPoint</c>.
    /// </returns>
    /// <inheritdoc cref="SocketReceiveAsync"/>
    public virtual ValueTask<Socket> SocketAcceptAsync(Socket socket, CancellationToken cancellationToken = default) =>
        throw Unsupported(nameof(SocketAcceptAsync));
}
