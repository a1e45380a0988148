using System.Buffers;

namespace ActorLoop;

/// <content>Writing. See <see cref="LoopStream"/>.</content>
public sealed partial class LoopStream
{
    /// <summary>
    /// Gives bytes to the connection, in order, and never waits: follow it with <see cref="DrainAsync"/>. Mirrors
    /// <c>write</c>.
    /// </summary>
    /// <param name="buffer">The bytes; they may be reused when the call returns.</param>
    /// <remarks>
    /// As <see cref="IWriteTransport.Write(ReadOnlySpan{byte})"/>: what one step of a task writes leaves together.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// <see cref="WriteEof"/> was called, or another thread runs the loop.
    /// </exception>
    public override void Write(ReadOnlySpan<byte> buffer) => _connection.Output.Write(buffer);

    /// <summary>
    /// Gives the pieces of a sequence to the connection without joining them. Mirrors <c>writelines</c>.
    /// </summary>
    /// <param name="buffer">The pieces; they may be reused when the call returns.</param>
    /// <exception cref="InvalidOperationException">
    /// <see cref="WriteEof"/> was called, or another thread runs the loop.
    /// </exception>
    public void Write(in ReadOnlySequence<byte> buffer) => _connection.Output.Write(buffer);

    /// <summary>Ends the sending direction after what is buffered; reading goes on. Mirrors <c>write_eof</c>.</summary>
    /// <exception cref="NotSupportedException"><see cref="CanWriteEof"/> is false.</exception>
    public void WriteEof() => Transport.WriteEof();

    /// <summary>
    /// Waits while the connection has more than its high-water mark to send; done at once otherwise. Any number may
    /// wait. Mirrors <c>drain</c>.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the sending.</param>
    /// <returns>
    /// Done when the peer has taken enough. It takes a turn when the connection is closing, so that its end gets
    /// through, and after every mebibyte, so that a fast peer does not keep the loop for itself.
    /// </returns>
    /// <exception cref="ConnectionLostException">The connection is closed or lost.</exception>
    public ValueTask DrainAsync(CancellationToken cancellationToken = default)
    {
        _connection.VerifyThread();
        return _connection.Output.DrainAsync(cancellationToken);
    }

    /// <summary>Writes and drains. Thread: any.</summary>
    /// <param name="buffer">The bytes.</param>
    /// <param name="cancellationToken">Ends the wait, not the sending.</param>
    /// <returns>As <see cref="DrainAsync"/>.</returns>
    /// <exception cref="ConnectionLostException">The connection is closed or lost.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_connection.IsOnLoop)
        {
            return WriteElsewhereAsync(buffer, cancellationToken);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        _connection.Output.Write(buffer.Span);
        return _connection.Output.DrainAsync(cancellationToken);
    }

    /// <summary>
    /// Drains, for nothing is held back in the stream itself. Does nothing once the connection was closed here.
    /// Thread: any.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the sending.</param>
    /// <returns>As <see cref="DrainAsync"/>.</returns>
    /// <exception cref="ConnectionLostException">The connection ended with an error.</exception>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        if (!_connection.IsOnLoop)
        {
            return FlushElsewhereAsync(cancellationToken);
        }

        // A writer on top of the stream flushes when it is disposed, mostly after the stream was closed.
        return IsClosing && !_connection.IsBroken
            ? Task.CompletedTask
            : _connection.Output.DrainAsync(cancellationToken).AsTask();
    }

    // Not in the methods above: every call would pay for what the lambda captures.
    private ValueTask WriteElsewhereAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) =>
        new(ElsewhereAsync(stream => stream.WriteAsync(buffer, cancellationToken).AsTask(), cancellationToken));

    private Task FlushElsewhereAsync(CancellationToken cancellationToken) =>
        ElsewhereAsync(stream => stream.FlushAsync(cancellationToken), cancellationToken);
}
