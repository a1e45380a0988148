using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorLoop;

/// <summary>Pipes and other descriptors of one direction. A loop of another kind overrides what it supports.</summary>
public abstract partial class EventLoop
{
    /// <summary>Reads a pipe through a protocol. Mirrors <c>connect_read_pipe</c>.</summary>
    /// <typeparam name="TProtocol">Type of the protocol.</typeparam>
    /// <param name="factory">Makes the protocol.</param>
    /// <param name="pipe">
    /// A FIFO, an anonymous pipe, a socket, a terminal or another device, opened for reading; or a regular file or block
    /// device. Once
    /// the call has succeeded the transport owns it and disposes it at its end. It is made non-blocking until then, for
    /// everybody who
    /// shares it.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; where none is given, the cancellation of the current task does.</param>
    /// <returns>The transport and its protocol, after <c>ConnectionMade</c>.</returns>
    /// <remarks>
    /// <para>Thread: the loop's.</para>
    /// <para>
    /// <c>ConnectionMade</c> is given the transport as an <see cref="ITransport"/> of whose two directions only this one is there:
    /// writing throws <see cref="NotSupportedException"/>.
    /// </para>
    /// <para>
    /// The end: when all writers have closed the pipe, or the other end of a terminal is closed, <c>EofReceived</c>, whose answer
    /// does not matter here, and <c>ConnectionLost(null)</c>. <c>Close</c> and <c>Abort</c> are the same: what was not read
    /// stays in the pipe.
    /// </para>
    /// <para>
    /// No system can wait for a regular file, so those are read by threads of the default executor, one read at a time, as are
    /// devices that cannot be watched (<c>/dev/zero</c>). The calls of the protocol are the same.
    /// </para>
    /// <para>
    /// What is opened for both, such as the master of a terminal, can be given to this call and to <see
    /// cref="ConnectWritePipeAsync{TProtocol}(Func{TProtocol}, SafeHandle, CancellationToken)"/>; it is closed when both have
    /// ended.
    /// </para>
    /// <para>Extra info: <c>pipe</c> is what was given here.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// It is closed, of another kind, such as a directory, or not opened for reading.
    /// </exception>
    /// <exception cref="InvalidOperationException">The descriptor is used by this loop already.</exception>
    public virtual Task<(IReadTransport Transport, TProtocol Protocol)> ConnectReadPipeAsync<TProtocol>(
        Func<TProtocol> factory, SafeHandle pipe, CancellationToken cancellationToken = default)
        where TProtocol : StreamProtocol => throw Unsupported(nameof(ConnectReadPipeAsync));

    /// <inheritdoc cref="ConnectReadPipeAsync{TProtocol}(Func{TProtocol}, SafeHandle, CancellationToken)"/>
    /// <param name="factory">Makes the protocol.</param>
    /// <param name="pipe">
    /// A <see cref="FileStream"/> or <see cref="PipeStream"/>, which must not be used any more: the transport owns it, and what
    /// the stream has buffered is not seen.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public virtual Task<(IReadTransport Transport, TProtocol Protocol)> ConnectReadPipeAsync<TProtocol>(
        Func<TProtocol> factory, Stream pipe, CancellationToken cancellationToken = default)
        where TProtocol : StreamProtocol => throw Unsupported(nameof(ConnectReadPipeAsync));

    /// <inheritdoc cref="ConnectReadPipeAsync{TProtocol}(Func{TProtocol}, SafeHandle, CancellationToken)"/>
    /// <param name="factory">Makes the protocol.</param>
    /// <param name="pipe">A connected stream socket, of which only the receiving direction is used.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public virtual Task<(IReadTransport Transport, TProtocol Protocol)> ConnectReadPipeAsync<TProtocol>(
        Func<TProtocol> factory, Socket pipe, CancellationToken cancellationToken = default)
        where TProtocol : StreamProtocol => throw Unsupported(nameof(ConnectReadPipeAsync));

    /// <summary>Writes a pipe for a protocol. Mirrors <c>connect_write_pipe</c>.</summary>
    /// <typeparam name="TProtocol">Type of the protocol.</typeparam>
    /// <param name="factory">Makes the protocol.</param>
    /// <param name="pipe">
    /// A FIFO, an anonymous pipe, a socket, a terminal or another device, opened for writing; or a regular file or block
    /// device. Once
    /// the call has succeeded the transport owns it and disposes it at its end. It is made non-blocking until then, for
    /// everybody who
    /// shares it.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; where none is given, the cancellation of the current task does.</param>
    /// <returns>The transport and its protocol, after <c>ConnectionMade</c>.</returns>
    /// <remarks>
    /// <para>Thread: the loop's.</para>
    /// <para>
    /// Writing, limits and flow control are those of sockets; <c>WriteEof</c> is <c>Close</c>: what is buffered is written, then
    /// the pipe is closed. The transport never reads.
    /// </para>
    /// <para>
    /// When the last reader of a FIFO or pipe goes away, or a Unix socket is closed at its other end, the connection is lost at
    /// once: with null if nothing was left to write, with an <see cref="IOException"/> (EPIPE) if bytes are lost. The other end of
    /// a terminal or a TCP socket is found missing only by writing.
    /// </para>
    /// <para>
    /// Regular files, and devices that cannot be watched (<c>/dev/null</c>), are written by threads of the default executor,
    /// one write at a time, from the current position of the descriptor.
    /// </para>
    /// <para>Extra info: <c>pipe</c> is what was given here.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// It is closed, of another kind, such as a directory, or not opened for writing.
    /// </exception>
    /// <exception cref="InvalidOperationException">The descriptor is used by this loop already.</exception>
    public virtual Task<(IWriteTransport Transport, TProtocol Protocol)> ConnectWritePipeAsync<TProtocol>(
        Func<TProtocol> factory, SafeHandle pipe, CancellationToken cancellationToken = default)
        where TProtocol : StreamProtocol => throw Unsupported(nameof(ConnectWritePipeAsync));

    /// <inheritdoc cref="ConnectWritePipeAsync{TProtocol}(Func{TProtocol}, SafeHandle, CancellationToken)"/>
    /// <param name="factory">Makes the protocol.</param>
    /// <param name="pipe">
    /// A <see cref="FileStream"/> or <see cref="PipeStream"/>, flushed, which must not be used any more: the transport owns it.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public virtual Task<(IWriteTransport Transport, TProtocol Protocol)> ConnectWritePipeAsync<TProtocol>(
        Func<TProtocol> factory, Stream pipe, CancellationToken cancellationToken = default)
        where TProtocol : StreamProtocol => throw Unsupported(nameof(ConnectWritePipeAsync));

    /// <inheritdoc cref="ConnectWritePipeAsync{TProtocol}(Func{TProtocol}, SafeHandle, CancellationToken)"/>
    /// <param name="factory">Makes the protocol.</param>
    /// <param name="pipe">A connected stream socket, of which only the sending direction is used.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public virtual Task<(IWriteTransport Transport, TProtocol Protocol)> ConnectWritePipeAsync<TProtocol>(
        Func<TProtocol> factory, Socket pipe, CancellationToken cancellationToken = default)
        where TProtocol : StreamProtocol => throw Unsupported(nameof(ConnectWritePipeAsync));
}
