using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Streams;

public class SeparatorTests : StreamTest
{
    [Fact(DisplayName = "ST-05 Read until a separator gives it too, also when it comes in two pieces")]
    public void ReadUntil_SeparatorInPieces_IsFound() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        ValueTask<byte[]> read = stream.ReadUntilAsync(Bytes("\r\n\r\n"));
        foreach (string piece in new[] { "head\r", "\n", "\r", "\nbody" })
        {
            await peer.SendAsync(Bytes(piece));
            await TurnsAsync();
        }

        Assert.Equal("head\r\n\r\n", Text(await read));
        Assert.Equal("body", Text(await stream.ReadExactlyAsync(4)));
        stream.Close();
    });

    [Fact(DisplayName = "ST-05 An early end gives what had come and no expected count, and empties the stream")]
    public void ReadUntil_StreamEnds_Throws() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        await peer.SendAsync(Bytes("no end"));
        peer.ShutdownSend();
        var incomplete = await Assert.ThrowsAsync<IncompleteReadException>(async () => await stream.ReadUntilAsync(Bytes("\n")));
        Assert.Equal("no end", Text(incomplete.Partial));
        Assert.Null(incomplete.Expected);
        Assert.True(stream.AtEof);
        stream.Close();
    });

    [Fact(DisplayName = "ST-05 Exactly the limit before the separator is allowed; one more is an overrun, and everything stays")]
    public void ReadUntil_AtTheLimit_IsAllowed() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(new StreamOptions { Limit = 4 });
        await peer.SendAsync(Bytes("1234;12345;"));
        Assert.Equal("1234;", Text(await stream.ReadUntilAsync(Bytes(";"))));
        var overrun = await Assert.ThrowsAsync<LimitOverrunException>(async () => await stream.ReadUntilAsync(Bytes(";")));
        Assert.Equal((5, 4), (overrun.Consumed, overrun.Limit));
        Assert.Contains("the limit is 4", overrun.Message, StringComparison.Ordinal);
        Assert.Equal("12345;", Text(await stream.ReadUntilAsync(Bytes(";"), limit: 5)));
        stream.Close();
    });

    [Fact(DisplayName = "ST-05 Too much without a separator is an overrun that says how much can go without touching one")]
    public void ReadUntil_NoSeparatorWithinTheLimit_Overruns() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(new StreamOptions { Limit = 4 });
        ValueTask<byte[]> read = stream.ReadUntilAsync(Bytes("=="));
        await peer.SendAsync(Bytes("12345="));
        var overrun = await Assert.ThrowsAsync<LimitOverrunException>(async () => await read);
        Assert.Equal(5, overrun.Consumed);
        await stream.ReadExactlyAsync(overrun.Consumed);
        await peer.SendAsync(Bytes("=next"));
        Assert.Equal("==", Text(await stream.ReadUntilAsync(Bytes("=="))));
        stream.Close();
    });

    [Fact(DisplayName = "ST-05 Of several separators the one that ends first wins")]
    public void ReadUntil_SeveralSeparators_TheFirstToEndWins() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        await peer.SendAsync(Bytes("a,b--c;d\r\n<xx><yyyy>"));
        ReadOnlyMemory<byte>[] several = [Bytes("--"), Bytes(";"), Bytes("\r\n"), Bytes("\n"), Bytes(",")];
        foreach (string expected in new[] { "a,", "b--", "c;", "d\r\n" })
        {
            Assert.Equal(expected, Text(await stream.ReadUntilAsync(several)));
        }

        // The long one begins earlier, the short one ends earlier.
        Assert.Equal("<x", Text(await stream.ReadUntilAsync([Bytes("<xx><y"), Bytes("x")])));
        stream.Close();
    });

    [Fact(DisplayName = "ST-05 No separator, an empty one or a negative limit is refused before anything is read")]
    public void ReadUntil_BadArguments_Throws() => Run(async () =>
    {
        (LoopStream stream, _) = await OpenAsync();
        var empty = await Assert.ThrowsAsync<ArgumentException>(async () => await stream.ReadUntilAsync(Memory<byte>.Empty));
        Assert.Equal("separators", empty.ParamName);
        await Assert.ThrowsAsync<ArgumentException>(async () => await stream.ReadUntilAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await stream.ReadUntilAsync([Bytes("x"), Bytes("")]));
        IReadOnlyCollection<ReadOnlyMemory<byte>> none = null!;
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await stream.ReadUntilAsync(none));
        await RefusedLimitAsync(() => stream.ReadLineAsync(limit: -1));
        await RefusedLimitAsync(() => stream.ReadToEndAsync(limit: -1));
        stream.Close();
    });

    [Fact(DisplayName = "ST-06 Lines come with their line feed, the last one without if it has none, then nothing")]
    public void ReadLine_UntilTheEnd_GivesTheLines() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        await peer.SendAsync(Bytes("one\n\ntwo\r\nthree"));
        peer.ShutdownSend();
        foreach (string expected in new[] { "one\n", "\n", "two\r\n", "three", "", "" })
        {
            Assert.Equal(expected, Text(await stream.ReadLineAsync()));
        }

        stream.Close();
    });

    [Fact(DisplayName = "ST-06 A line over the limit stays in the stream and can be read with a higher limit")]
    public void ReadLine_TooLong_StaysInTheStream() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(new StreamOptions { Limit = 10 });
        byte[] line = [.. TestBytes.Make(50_000).Select(b => b == '\n' ? (byte)'x' : b), (byte)'\n'];
        Task sending = peer.SendAsync(line);
        var overrun = await Assert.ThrowsAsync<LimitOverrunException>(async () => await stream.ReadLineAsync());
        Assert.True(overrun.Consumed > 10);
        Assert.Equal(line, await stream.ReadLineAsync(limit: 50_000));
        await sending;
        stream.Close();
    });

    [Fact(DisplayName = "ST-09 Lines can be enumerated until the end of the stream, and ended by a token")]
    public void ReadLines_UntilTheEnd_GivesTheLines() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        List<string> lines = [];
        Task sending = SendSlowlyAsync(peer, "a\nb", "b\nc\n", "d");
        await foreach (byte[] line in stream.ReadLinesAsync())
        {
            lines.Add(Text(line));
        }

        await sending;
        Assert.Equal(["a\n", "bb\n", "c\n", "d"], lines);
        stream.Close();

        (stream, peer) = await OpenAsync();
        using var source = new CancellationTokenSource();
        await peer.SendAsync(Bytes("one\n"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (byte[] line in stream.ReadLinesAsync(cancellationToken: source.Token))
            {
                Loop.CallSoon(source.Cancel);
            }
        });
        stream.Close();
    });

    [Fact(DisplayName = "ST-05 Random data in random pieces is cut at the same places as by a search in all of it")]
    public void ReadUntil_RandomChunks_MatchesTheModel() => Run(async () =>
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            byte[] sent = [.. Enumerable.Range(0, 20_000).Select(_ => (byte)"abc"[random.Next(3)])];
            ReadOnlyMemory<byte>[] separators = [Bytes("aab"), Bytes("bc"), Bytes("cccca")];
            (LoopStream stream, RawPeer peer) = await OpenAsync(new StreamOptions { Limit = random.Next(50, 5000) });
            Task sending = SendInPiecesAsync(peer, sent, random);
            int position = 0;
            for (int end; (end = Model(sent, position, separators)) >= 0; position = end)
            {
                Assert.Equal(sent[position..end], await stream.ReadUntilAsync(separators));
            }

            await sending;
            peer.ShutdownSend();
            var incomplete = await Assert.ThrowsAsync<IncompleteReadException>(async () => await stream.ReadUntilAsync(separators));
            Assert.Equal(sent.AsMemory(position).ToArray(), incomplete.Partial.ToArray());
            stream.Close();
        }
    });

    private static async Task RefusedLimitAsync(Func<ValueTask<byte[]>> read)
    {
        var refusal = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await read());
        Assert.Equal("limit", refusal.ParamName);
    }

    private static int Model(byte[] all, int from, ReadOnlyMemory<byte>[] separators)
    {
        for (int end = from + 1; end <= all.Length; end++)
        {
            if (separators.Any(separator => all.AsSpan(from, end - from).EndsWith(separator.Span)))
            {
                return end;
            }
        }

        return -1;
    }

    private static async Task SendInPiecesAsync(RawPeer peer, byte[] all, Random random)
    {
        for (int position = 0; position < all.Length;)
        {
            int length = Math.Min(random.Next(1, 3000), all.Length - position);
            await peer.SendAsync(all.AsMemory(position, length));
            await TurnsAsync(random.Next(3));
            position += length;
        }
    }

    private static async Task SendSlowlyAsync(RawPeer peer, params string[] pieces)
    {
        foreach (string piece in pieces)
        {
            await peer.SendAsync(Bytes(piece));
            await TurnsAsync(5);
        }

        peer.ShutdownSend();
    }
}
