using System.Net.Sockets;
using ActorLoop.Futures;
using ActorLoop.Transports;
using Microsoft.Win32.SafeHandles;

namespace ActorLoop;

/// <summary>Sending files.</summary>
public abstract partial class EventLoop
{
    private const string NoFallback = "and reading and writing it was not allowed (fallback: false).";

    /// <summary>
    /// Sends a file over a connection, after what is buffered: by the system itself where it can, else by reading and writing.
    /// Mirrors <c>sendfile</c>.
    /// </summary>
    /// <param name="transport">A connection of this loop.</param>
    /// <param name="file">
    /// A <see cref="FileStream"/>, or any other stream, which is read. Its position ends behind the last byte that was sent, also
    /// after an error or a cancellation; it stays where it is if nothing was.
    /// </param>
    /// <param name="offset">Where to begin in the file. Default: 0.</param>
    /// <param name="count">How many bytes at most. Default: null, to the end of the file.</param>
    /// <param name="fallback">Whether reading and writing will do. Default: true.</param>
    /// <param name="cancellationToken">Ends the sending; the connection stays open, with the file cut off.</param>
    /// <returns>How many bytes were sent; 0 when the file is empty or ends before the offset.</returns>
    /// <remarks>
    /// <para>Thread: the loop's. Reading from the connection is paused meanwhile. The file is read off the loop's thread where
    /// the system does not send it itself; in a cold cache the system may block on the disk for a moment.</para>
    /// <para>While the system sends, writes and a second file throw; <c>Close</c> and <c>WriteEof</c> take effect behind
    /// the file. A connection that fails meanwhile is closed, and this call fails with its error.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The offset is negative, the count is not positive, the stream cannot be read or sought, or the transport is of
    /// another loop.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The transport is closing, its sending direction was ended, another file is being sent, or another thread called.
    /// </exception>
    /// <exception cref="SendFileNotAvailableException">The system cannot send this, and there may be no fallback.</exception>
    /// <exception cref="SocketException">The connection ended before the file did.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public virtual Task<long> SendFileAsync(
        ITransport transport,
        Stream file,
        long offset = 0,
        long? count = null,
        bool fallback = true,
        CancellationToken cancellationToken = default)
    {
        CheckTransport(transport);
        return SendFileAsync(transport, FileTransfer.Of(file, offset, count), fallback, cancellationToken);
    }

    /// <inheritdoc cref="SendFileAsync(ITransport, Stream, long, long?, bool, CancellationToken)"/>
    /// <param name="transport">A connection of this loop.</param>
    /// <param name="file">A file that is open for reading. Its own position is neither used nor changed.</param>
    /// <param name="offset">Where to begin in the file. Default: 0.</param>
    /// <param name="count">How many bytes at most. Default: null, to the end of the file.</param>
    /// <param name="fallback">Whether reading and writing will do. Default: true.</param>
    /// <param name="cancellationToken">Ends the sending; the connection stays open, with the file cut off.</param>
    public virtual Task<long> SendFileAsync(
        ITransport transport,
        SafeFileHandle file,
        long offset = 0,
        long? count = null,
        bool fallback = true,
        CancellationToken cancellationToken = default)
    {
        CheckTransport(transport);
        return SendFileAsync(transport, FileTransfer.Of(file, offset, count), fallback, cancellationToken);
    }

    /// <summary>
    /// Sends a file to a socket: by the system itself where it can, else by reading and sending. Mirrors <c>sock_sendfile</c>.
    /// </summary>
    /// <param name="socket">A connected stream socket that no transport uses; as for the other operations on sockets.</param>
    /// <param name="file">
    /// A <see cref="FileStream"/>, or any other stream, which is read. Its position ends behind the last byte that was sent, also
    /// after an error or a cancellation; it stays where it is if nothing was.
    /// </param>
    /// <param name="offset">Where to begin in the file. Default: 0.</param>
    /// <param name="count">How many bytes at most. Default: null, to the end of the file.</param>
    /// <param name="fallback">Whether reading and sending will do. Default: true.</param>
    /// <param name="cancellationToken">Ends the sending, with the file cut off.</param>
    /// <returns>How many bytes were sent; 0 when the file is empty or ends before the offset.</returns>
    /// <remarks>Thread: the loop's.</remarks>
    /// <exception cref="ArgumentException">
    /// The offset is negative, the count is not positive, the stream cannot be read or sought, or the socket is no stream socket;
    /// or, in debug mode, it is blocking.
    /// </exception>
    /// <exception cref="InvalidOperationException">As for the other operations on sockets.</exception>
    /// <exception cref="SendFileNotAvailableException">The system cannot send this, and there may be no fallback.</exception>
    /// <exception cref="SocketException">The connection ended before the file did.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public virtual Task<long> SocketSendFileAsync(
        Socket socket,
        Stream file,
        long offset = 0,
        long? count = null,
        bool fallback = true,
        CancellationToken cancellationToken = default) => throw Unsupported(nameof(SocketSendFileAsync));

    /// <inheritdoc cref="SocketSendFileAsync(Socket, Stream, long, long?, bool, CancellationToken)"/>
    /// <param name="socket">A connected stream socket that no transport uses; as for the other operations on sockets.</param>
    /// <param name="file">A file that is open for reading. Its own position is neither used nor changed.</param>
    /// <param name="offset">Where to begin in the file. Default: 0.</param>
    /// <param name="count">How many bytes at most. Default: null, to the end of the file.</param>
    /// <param name="fallback">Whether reading and sending will do. Default: true.</param>
    /// <param name="cancellationToken">Ends the sending, with the file cut off.</param>
    public virtual Task<long> SocketSendFileAsync(
        Socket socket,
        SafeFileHandle file,
        long offset = 0,
        long? count = null,
        bool fallback = true,
        CancellationToken cancellationToken = default) => throw Unsupported(nameof(SocketSendFileAsync));

    private protected static SendFileNotAvailableException CannotSendFile(object target) =>
        new($"The system cannot send this file over {target} by itself, {NoFallback}");

    private void CheckTransport(ITransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        Core.ThrowIfClosed();
        if (!ReferenceEquals(transport.Loop, this))
        {
            throw new ArgumentException(
                $"The transport belongs to loop '{transport.Loop.Name}', not to '{Name}'.", nameof(transport));
        }

        if (!IsOnLoop)
        {
            throw new InvalidOperationException(
                $"{nameof(SendFileAsync)} is called on the loop's thread; post the call to loop '{Name}'.");
        }

        if (transport.IsClosing)
        {
            throw new InvalidOperationException($"The transport is closing: {transport}");
        }
    }

    private static async Task<long> SendFileAsync(
        ITransport transport, FileTransfer file, bool fallback, CancellationToken cancellationToken)
    {
        cancellationToken = TaskToken.Or(cancellationToken);
        using (file)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool sent = file.Source.Descriptor >= 0
                && transport is SocketTransport native
                && await native.SendFileAsync(file, cancellationToken);
            if (!sent)
            {
                if (!fallback)
                {
                    throw CannotSendFile(transport);
                }

                if (file.Source.IsFile && transport is CompletionTransport own)
                {
                    await own.SendFileAsync(file, cancellationToken);
                }
                else
                {
                    await FileFallbackProtocol.SendAsync(transport, file, cancellationToken);
                }
            }

            return file.Sent;
        }
    }
}
