using System.Runtime.InteropServices;
using ActorLoop.Streams;

namespace ActorLoop;

/// <summary>Pipes that are read and written by <c>await</c>; they work wherever the loop has pipes.</summary>
public abstract partial class EventLoop
{
    /// <summary>
    /// Reads a pipe as a stream, for example standard input. Mirrors <c>connect_read_pipe</c> with a <c>StreamReaderProtocol</c>.
    /// </summary>
    /// <param name="pipe">
    /// As for <see cref="ConnectReadPipeAsync{TProtocol}(Func{TProtocol}, SafeHandle, CancellationToken)"/>; the stream owns it.
    /// </param>
    /// <param name="options">How the stream is made; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The stream, which cannot be written; close it.</returns>
    /// <inheritdoc cref="ConnectReadPipeAsync{TProtocol}(Func{TProtocol}, SafeHandle, CancellationToken)" path="/exception"/>
    /// <remarks>Thread: the loop's.</remarks>
    public async Task<LoopStream> OpenReadPipeAsync(
        SafeHandle pipe, StreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        (_, StreamConnection connection) = await ConnectReadPipeAsync(StreamFactory(options), pipe, cancellationToken);
        return new LoopStream(connection);
    }

    /// <inheritdoc cref="OpenReadPipeAsync(SafeHandle, StreamOptions?, CancellationToken)"/>
    /// <param name="pipe">A <see cref="FileStream"/> or a pipe stream, which must not be used any more.</param>
    /// <param name="options">How the stream is made; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<LoopStream> OpenReadPipeAsync(
        Stream pipe, StreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        (_, StreamConnection connection) = await ConnectReadPipeAsync(StreamFactory(options), pipe, cancellationToken);
        return new LoopStream(connection);
    }

    /// <summary>
    /// Writes a pipe as a stream, for example standard output. Mirrors <c>connect_write_pipe</c> with a <c>StreamWriter</c>.
    /// </summary>
    /// <param name="pipe">
    /// As for <see cref="ConnectWritePipeAsync{TProtocol}(Func{TProtocol}, SafeHandle, CancellationToken)"/>; the stream owns it.
    /// </param>
    /// <param name="options">How the stream is made; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The stream, which has nothing to read; close it.</returns>
    /// <inheritdoc cref="ConnectWritePipeAsync{TProtocol}(Func{TProtocol}, SafeHandle, CancellationToken)" path="/exception"/>
    /// <remarks>Thread: the loop's.</remarks>
    public async Task<LoopStream> OpenWritePipeAsync(
        SafeHandle pipe, StreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        (_, StreamConnection connection) = await ConnectWritePipeAsync(StreamFactory(options), pipe, cancellationToken);
        return new LoopStream(connection);
    }

    /// <inheritdoc cref="OpenWritePipeAsync(SafeHandle, StreamOptions?, CancellationToken)"/>
    /// <param name="pipe">A <see cref="FileStream"/> or a pipe stream, which must not be used any more.</param>
    /// <param name="options">How the stream is made; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<LoopStream> OpenWritePipeAsync(
        Stream pipe, StreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        (_, StreamConnection connection) = await ConnectWritePipeAsync(StreamFactory(options), pipe, cancellationToken);
        return new LoopStream(connection);
    }
}
