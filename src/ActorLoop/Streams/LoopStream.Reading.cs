using System.Runtime.CompilerServices;

namespace ActorLoop;

/// <content>Reading. See <see cref="LoopStream"/>.</content>
public sealed partial class LoopStream
{
    private static readonly ReadOnlyMemory<byte>[] s_lineFeed = [new byte[] { (byte)'\n' }];

    /// <summary>
    /// Reads what there is: at least one byte, at most as many as fit; waits while there is none. Thread: any.
    /// </summary>
    /// <param name="buffer">Where to put them; nobody else may touch it while the read waits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many; 0 at the end of the stream, and at once for an empty buffer.</returns>
    /// <exception cref="ConnectionLostException">The connection ended with an error.</exception>
    /// <exception cref="InvalidOperationException">Somebody else reads.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _connection.IsOnLoop
            ? _connection.Input.ReadAsync(this, buffer, cancellationToken)
            : ReadElsewhereAsync(buffer, cancellationToken);

    /// <summary>Fills a buffer to its last byte, however much that is. Mirrors <c>readexactly</c>.</summary>
    /// <param name="buffer">What to fill; nobody else may touch it while the read waits.</param>
    /// <param name="cancellationToken">Ends the wait; what had come can be read again then.</param>
    /// <returns>Done when it is full.</returns>
    /// <exception cref="IncompleteReadException">The stream ended first. What had come is in the exception.</exception>
    /// <exception cref="ConnectionLostException">The connection ended with an error.</exception>
    /// <exception cref="InvalidOperationException">Somebody else reads.</exception>
    public new ValueTask ReadExactlyAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _connection.VerifyThread();
        return _connection.Input.ReadExactlyAsync(this, buffer, cancellationToken);
    }

    /// <inheritdoc cref="ReadExactlyAsync(Memory{byte}, CancellationToken)"/>
    /// <param name="buffer">Where to put them.</param>
    /// <param name="offset">Where in it to begin.</param>
    /// <param name="count">How many bytes.</param>
    /// <param name="cancellationToken">Ends the wait; what had come can be read again then.</param>
    public new ValueTask ReadExactlyAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken = default)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadExactlyAsync(buffer.AsMemory(offset, count), cancellationToken);
    }

    /// <inheritdoc cref="ReadExactlyAsync(Memory{byte}, CancellationToken)"/>
    /// <param name="count">
    /// How many bytes; they are allocated at once, so check numbers that come from the peer.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; what had come can be read again then.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public ValueTask<byte[]> ReadExactlyAsync(int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _connection.VerifyThread();
        return _connection.Input.ReadExactlyAsync(this, count, cancellationToken);
    }

    /// <summary>Reads up to and including a separator. Mirrors <c>readuntil</c>.</summary>
    /// <param name="separator">What to look for; at least one byte.</param>
    /// <param name="limit">
    /// How many bytes may come before it. Default: null, <see cref="StreamOptions.Limit"/> of the stream.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; what had come stays to be read.</param>
    /// <returns>The bytes, with the separator.</returns>
    /// <exception cref="ArgumentException">The separator is empty, or the limit is negative.</exception>
    /// <exception cref="LimitOverrunException">Too much came first; it stays in the stream.</exception>
    /// <exception cref="IncompleteReadException">The stream ended first. What had come is in the exception.</exception>
    /// <exception cref="ConnectionLostException">The connection ended with an error.</exception>
    /// <exception cref="InvalidOperationException">Somebody else reads.</exception>
    public ValueTask<byte[]> ReadUntilAsync(
        ReadOnlyMemory<byte> separator, int? limit = null, CancellationToken cancellationToken = default) =>
        ReadUntilAsync([separator], limit, cancellationToken);

    /// <summary>
    /// Reads up to and including the first of several separators: the one that ends first, and of those the shortest.
    /// </summary>
    /// <param name="separators">What to look for; at least one, each of at least one byte.</param>
    /// <param name="limit">
    /// How many bytes may come before it. Default: null, <see cref="StreamOptions.Limit"/> of the stream.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; what had come stays to be read.</param>
    /// <inheritdoc cref="ReadUntilAsync(ReadOnlyMemory{byte}, int?, CancellationToken)"/>
    public ValueTask<byte[]> ReadUntilAsync(
        IReadOnlyCollection<ReadOnlyMemory<byte>> separators,
        int? limit = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(separators);
        if (separators.Count == 0 || separators.Any(separator => separator.IsEmpty))
        {
            throw new ArgumentException("At least one separator, each of at least one byte.", nameof(separators));
        }

        ReadOnlyMemory<byte>[] shortestFirst = [.. separators.OrderBy(separator => separator.Length)];
        return UntilAsync(shortestFirst, limit, endIsSeparator: false, cancellationToken);
    }

    /// <summary>Reads a line. Mirrors <c>readline</c>.</summary>
    /// <param name="limit">
    /// How many bytes may come before its end. Default: null, <see cref="StreamOptions.Limit"/> of the stream.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; what had come stays to be read.</param>
    /// <returns>
    /// The line with its line feed; without one if the stream ended before it; empty at the end of the stream.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    /// <exception cref="LimitOverrunException">
    /// The line is longer; unlike in asyncio it stays in the stream.
    /// </exception>
    /// <exception cref="ConnectionLostException">The connection ended with an error.</exception>
    /// <exception cref="InvalidOperationException">Somebody else reads.</exception>
    public ValueTask<byte[]> ReadLineAsync(int? limit = null, CancellationToken cancellationToken = default) =>
        UntilAsync(s_lineFeed, limit, endIsSeparator: true, cancellationToken);

    /// <summary>Reads line after line until the end of the stream. Mirrors <c>async for line in reader</c>.</summary>
    /// <param name="limit">As for <see cref="ReadLineAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait for the next line.</param>
    /// <returns>The lines, each with its line feed, as <see cref="ReadLineAsync"/> returns them.</returns>
    public async IAsyncEnumerable<byte[]> ReadLinesAsync(
        int? limit = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadLineAsync(limit, cancellationToken) is { Length: > 0 } line)
        {
            yield return line;
        }
    }

    /// <summary>Reads all that comes until the end of the stream. Mirrors <c>read(-1)</c>.</summary>
    /// <param name="limit">
    /// How many bytes may come. Default: as many as an array can hold; name a bound for peers you do not trust.
    /// </param>
    /// <param name="cancellationToken">Ends the wait; what had come stays to be read.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative.</exception>
    /// <exception cref="LimitOverrunException">More came; it stays in the stream.</exception>
    /// <exception cref="ConnectionLostException">The connection ended with an error.</exception>
    /// <exception cref="InvalidOperationException">Somebody else reads.</exception>
    public ValueTask<byte[]> ReadToEndAsync(int? limit = null, CancellationToken cancellationToken = default)
    {
        int most = limit ?? Array.MaxLength;
        ArgumentOutOfRangeException.ThrowIfNegative(most, nameof(limit));
        _connection.VerifyThread();
        return _connection.Input.ReadToEndAsync(this, most, cancellationToken);
    }

    // Not in ReadAsync itself: every call would pay for what the lambda captures.
    private ValueTask<int> ReadElsewhereAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        new(ElsewhereAsync(stream => stream.ReadAsync(buffer, cancellationToken).AsTask(), cancellationToken));

    private ValueTask<byte[]> UntilAsync(
        ReadOnlyMemory<byte>[] separators, int? limit, bool endIsSeparator, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit ?? 0, nameof(limit));
        _connection.VerifyThread();
        return _connection.Input.ReadUntilAsync(this, separators, limit, endIsSeparator, cancellationToken);
    }
}
