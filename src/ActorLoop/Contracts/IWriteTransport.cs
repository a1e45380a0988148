using System.Buffers;

namespace ActorLoop;

/// <summary>The writing half of a transport. Mirrors asyncio's <c>WriteTransport</c>.</summary>
public interface IWriteTransport : IBaseTransport
{
    /// <summary>Bytes that were written and not yet given to the system.</summary>
    int WriteBufferSize { get; }

    /// <summary>
    /// When the protocol is paused and resumed, and when the connection is given up. Setting it pauses at once if the buffer
    /// is over
    /// the new high-water mark, but never resumes. Mirrors <c>set_write_buffer_limits</c>.
    /// </summary>
    WriteBufferLimits WriteBufferLimits { get; set; }

    /// <summary>Whether <see cref="WriteEof"/> is supported.</summary>
    bool CanWriteEof { get; }

    /// <summary>
    /// Sends bytes in order. What one callback writes leaves together when the callback is over, or earlier once it is much; what
    /// the system does not take is copied and sent later. Never blocks.
    /// </summary>
    /// <param name="data">The bytes; they may be reused when the call returns. Empty is allowed and does nothing.</param>
    /// <remarks>
    /// After a close, an abort or a loss, writes are dropped, and from the fifth on a warning is logged. When the buffer already
    /// holds <see cref="WriteBufferLimits.Cap"/> bytes, the connection is aborted with a <see
    /// cref="WriteBufferOverflowException"/>.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// <see cref="WriteEof"/> was called, or another thread runs the loop.
    /// </exception>
    void Write(ReadOnlySpan<byte> data);

    /// <summary>Sends the pieces of a sequence as if they were one, without joining them. Mirrors <c>writelines</c>.</summary>
    /// <param name="data">The pieces; they may be reused when the call returns.</param>
    /// <exception cref="InvalidOperationException">
    /// <see cref="WriteEof"/> was called, or another thread runs the loop.
    /// </exception>
    void Write(in ReadOnlySequence<byte> data);

    /// <summary>Ends the sending direction after what is buffered; receiving goes on. Calling it again does nothing.</summary>
    /// <exception cref="NotSupportedException"><see cref="CanWriteEof"/> is false.</exception>
    void WriteEof();

    /// <summary>
    /// Ends the connection at once: what is buffered is dropped. <c>ConnectionLost(null)</c> follows in a later turn.
    /// </summary>
    void Abort();
}
