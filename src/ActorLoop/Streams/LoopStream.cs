using System.Diagnostics;
using System.IO.Pipelines;
using ActorLoop.Futures;
using ActorLoop.Streams;

namespace ActorLoop;

/// <summary>
/// A connection that is read and written by <c>await</c> instead of callbacks. Mirrors asyncio's <c>StreamReader</c>
/// and <c>StreamWriter</c> in one, and is a <see cref="Stream"/> and an <see cref="IDuplexPipe"/> for code that knows
/// those.
/// </summary>
/// <remarks>
/// <para>Thread: the loop's. Only the asynchronous members that <see cref="Stream"/> declares, <see cref="Close"/> and
/// disposing may be called on any thread; they do their work on the loop.</para>
/// <para>Ordering: what arrives is read in order, by one reader at a time: a read that begins while another waits
/// throws <see cref="InvalidOperationException"/>. Whoever awaits continues through the mailbox. A read finds what has
/// come already without waiting.</para>
/// <para>Memory: reading from the connection pauses when more than twice the limit waits to be read. Writing never
/// waits; <see cref="DrainAsync"/> does, while the peer is slow.</para>
/// <para>The end: after the peer's end of stream, or a close here, reads give what is left and then nothing. After a
/// reset, reads, drains and <see cref="WaitClosedAsync"/> throw <see cref="ConnectionLostException"/>.</para>
/// <para>Canceling a read or a drain, by its token or by canceling the task that awaits it, loses no byte.</para>
/// <para>A stream that is dropped without being closed is reported and closed.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class LoopStream : Stream, IDuplexPipe
{
    private readonly StreamConnection _connection;
    private LoopPipeReader? _reader;
    private LoopPipeWriter? _writer;

    internal LoopStream(StreamConnection connection) => _connection = connection;

    /// <summary>Reports a stream that was dropped without being closed.</summary>
    ~LoopStream()
    {
        _connection.Dropped();
    }

    /// <summary>The connection under the stream: addresses, limits, pausing, aborting.</summary>
    public ITransport Transport => _connection.Transport;

    /// <summary>Whether the stream has ended and everything that had come was read. Mirrors <c>at_eof</c>.</summary>
    public bool AtEof => _connection.Input.IsEof && _connection.Input.Length == 0;

    /// <summary>Whether the connection is closed or being closed. Mirrors <c>is_closing</c>.</summary>
    public bool IsClosing => _connection.IsLost || Transport.IsClosing;

    /// <summary>
    /// What ended the connection, or null while it is open and after an end in order. Mirrors <c>exception</c>.
    /// </summary>
    public Exception? Exception => _connection.IsBroken ? _connection.Loss() : null;

    /// <summary>Whether <see cref="WriteEof"/> is supported. Mirrors <c>can_write_eof</c>.</summary>
    public bool CanWriteEof => Transport.CanWriteEof;

    /// <summary>
    /// The receiving half as a pipe. It lends the stream's own buffer; the reads of the stream may be used in between,
    /// when no read of the pipe is open. Completing it drops what still comes.
    /// </summary>
    /// <remarks>Completing both halves closes the connection.</remarks>
    public PipeReader Input => _reader ??= new LoopPipeReader(this, _connection);

    /// <summary>
    /// The sending half as a pipe. Flushing hands over to the connection and waits while the peer is slow; its result
    /// is completed once nothing can be sent any more. Completing it ends the sending direction; with an exception it
    /// aborts the connection.
    /// </summary>
    /// <remarks>Completing both halves closes the connection.</remarks>
    public PipeWriter Output => _writer ??= new LoopPipeWriter(this, _connection);

    /// <summary>Details of the connection by asyncio's names. Mirrors <c>get_extra_info</c>.</summary>
    /// <param name="name">As for <see cref="IBaseTransport.GetExtraInfo"/>.</param>
    /// <returns>The value, or null when it is unknown.</returns>
    public object? GetExtraInfo(string name) => Transport.GetExtraInfo(name);

    /// <summary>
    /// Closes the connection after what is buffered was sent; calling it again does nothing. Mirrors <c>close</c>.
    /// Thread: any.
    /// </summary>
    public override void Close() => base.Close();

    /// <summary>Waits until the connection has ended. Mirrors <c>wait_closed</c>. Thread: any.</summary>
    /// <param name="cancellationToken">
    /// Ends the wait, not the connection; where none is given, the cancellation of the current task does.
    /// </param>
    /// <returns>Done when the connection has ended in order.</returns>
    /// <exception cref="ConnectionLostException">It ended with an error.</exception>
    public Task WaitClosedAsync(CancellationToken cancellationToken = default) =>
        _connection.IsOnLoop
            ? _connection.WaitClosedAsync().WaitAsync(TaskToken.Or(cancellationToken))
            : ElsewhereAsync(stream => stream._connection.WaitClosedAsync(), cancellationToken);

    /// <summary>
    /// Closes the connection and waits until what is buffered was sent. Does not throw if it ends with an error.
    /// Thread: any.
    /// </summary>
    /// <returns>Done when the connection has ended.</returns>
    public override async ValueTask DisposeAsync()
    {
        Close();
        try
        {
            await WaitClosedAsync();
        }
        catch (ConnectionLostException)
        {
            // Whoever disposes wants it gone, and it is.
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Names the stream.</summary>
    /// <returns>What is buffered, and the transport.</returns>
    public override string ToString() => $"stream unread={_connection.Input.Length} on {Transport}";

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _connection.Close();
        }

        base.Dispose(disposing);
    }
}
