using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Streams;

public class ReadingTests : StreamTest
{
    [Fact(DisplayName = "ST-03 Read gives what there is, at least one byte and at most as many as fit")]
    public void Read_DataBuffered_GivesWhatFits() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        await peer.SendAsync(Bytes("hello world"));
        await BufferedAsync(stream, 11);
        byte[] buffer = new byte[8];
        ValueTask<int> read = stream.ReadAsync(buffer);
        Assert.True(read.IsCompleted);
        Assert.Equal("hello wo", Text(buffer.AsMemory(0, await read)));
        Assert.Equal("rld", Text(buffer.AsMemory(0, await stream.ReadAsync(buffer))));
        stream.Close();
    });

    [Theory(DisplayName = "ST-03 A read that waits gets the next bytes, straight or over the buffer")]
    [InlineData(3, "abc")]
    [InlineData(100, "abcdef")]
    [InlineData(100_000, "abcdef")]
    public void Read_NothingBuffered_WaitsForTheNextBytes(int size, string expected) => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        byte[] buffer = new byte[size];
        ValueTask<int> read = stream.ReadAsync(buffer);
        Assert.False(read.IsCompleted);
        await peer.SendAsync(Bytes("abcdef"));
        Assert.Equal(expected, Text(buffer.AsMemory(0, await read)));
        Assert.Equal(6 - expected.Length, expected.Length == 6 ? 0 : await stream.ReadAsync(buffer));
        stream.Close();
    });

    [Fact(DisplayName = "ST-03 Read into nothing gives nothing at once; at the end of the stream every read does")]
    public void Read_EmptyBufferOrEnd_GivesNothing() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty));
        ValueTask<int> read = stream.ReadAsync(new byte[10]);
        peer.ShutdownSend();
        Assert.Equal(0, await read);
        Assert.Equal(0, await stream.ReadAsync(new byte[10]));
        Assert.True(stream.AtEof);
        stream.Close();
    });

    [Fact(DisplayName = "ST-03 Read until the end takes more than any limit, and is empty when nothing is left")]
    public void ReadToEnd_LongStream_GivesEverything() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(new StreamOptions { Limit = 10 });
        byte[] sent = TestBytes.Make(3_000_000);
        Task sending = peer.SendAsync(sent);
        ValueTask<byte[]> read = stream.ReadToEndAsync();
        await sending;
        peer.ShutdownSend();
        Assert.Equal(sent, await read);
        Assert.Empty(await stream.ReadToEndAsync());
        stream.Close();
    });

    [Fact(DisplayName = "ST-03 Read until the end within a bound keeps what came when there is more")]
    public void ReadToEnd_MoreThanTheBound_KeepsIt() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        await peer.SendAsync(Bytes("123456"));
        var overrun = await Assert.ThrowsAsync<LimitOverrunException>(async () => await stream.ReadToEndAsync(limit: 5));
        Assert.Equal((6, 5), (overrun.Consumed, overrun.Limit));
        Assert.Contains("limit of 5", overrun.Message, StringComparison.Ordinal);
        peer.ShutdownSend();
        Assert.Equal("123456", Text(await stream.ReadToEndAsync(limit: 6)));
        stream.Close();
    });

    [Theory(DisplayName = "ST-04 Exactly that many bytes, also more than the limit")]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(500_000)]
    public void ReadExactly_EnoughComes_GivesAll(int count) => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(new StreamOptions { Limit = 3 });
        byte[] sent = TestBytes.Make((2 * count) + 2);
        Task sending = peer.SendAsync(sent);
        Assert.Equal(sent[..count], await stream.ReadExactlyAsync(count));
        byte[] buffer = new byte[count];
        await stream.ReadExactlyAsync(buffer);
        Assert.Equal(sent[count..^2], buffer);
        Assert.Empty(await stream.ReadExactlyAsync(0));
        await stream.ReadExactlyAsync(buffer, 0, 1);
        Assert.Equal(sent[^2], buffer[0]);
        await sending;
        stream.Close();
    });

    [Fact(DisplayName = "ST-04 A negative count is refused; an early end gives what had come and empties the stream")]
    public void ReadExactly_StreamEnds_Throws() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await stream.ReadExactlyAsync(-1));
        ValueTask<byte[]> read = stream.ReadExactlyAsync(10);
        await peer.SendAsync(Bytes("1234"));
        peer.ShutdownSend();
        var incomplete = await Assert.ThrowsAsync<IncompleteReadException>(async () => await read);
        Assert.Equal("1234", Text(incomplete.Partial));
        Assert.Equal(10, incomplete.Expected);
        Assert.True(stream.AtEof);
        await Assert.ThrowsAsync<IncompleteReadException>(async () => await stream.ReadExactlyAsync(new byte[1]));
        stream.Close();
    });

    [Fact(DisplayName = "ST-07 A second reader is refused, whatever either reads, and the first goes on")]
    public void Read_WhileAnotherReads_Throws() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        ValueTask<byte[]> first = stream.ReadLineAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => _ = await stream.ReadAsync(new byte[1]));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.ReadExactlyAsync(1));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.ReadExactlyAsync(new byte[1]));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.ReadToEndAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.ReadUntilAsync(Bytes(";")));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.Input.ReadAsync());
        Assert.Throws<InvalidOperationException>(() => stream.Input.TryRead(out _));
        await peer.SendAsync(Bytes("one\n"));
        Assert.Equal("one\n", Text(await first));
        stream.Close();
    });

    [Fact(DisplayName = "ST-02 Reading pauses when more than twice the limit waits, and goes on at the limit")]
    public void Read_FastPeer_IsHeldBack() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(new StreamOptions { Limit = 100 });
        await peer.SendAsync(new byte[200]);
        await BufferedAsync(stream, 200);
        Assert.True(stream.Transport.IsReading);
        await peer.SendAsync(new byte[1]);
        await BufferedAsync(stream, 201);
        Assert.False(stream.Transport.IsReading);
        await stream.ReadExactlyAsync(100);
        Assert.False(stream.Transport.IsReading);
        await stream.ReadExactlyAsync(1);
        Assert.True(stream.Transport.IsReading);
        stream.Close();
    });

    [Fact(DisplayName = "ST-02 However fast the peer, no more than twice the limit and one small receive waits to be read")]
    public void Read_FloodingPeer_FillsLittle() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(new StreamOptions { Limit = 1000 });
        byte[] sent = TestBytes.Make(1_000_000);
        Task sending = peer.SendAsync(sent);
        await Patience.WaitForAsync(() => !stream.Transport.IsReading, "reading is paused");
        int unread = int.Parse(stream.ToString().Split('=', ' ')[2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(unread, 2001, 2000 + (16 * 1024));
        Assert.Equal(sent, await stream.ReadExactlyAsync(sent.Length));
        await sending;
        stream.Close();
    });

    [Fact(DisplayName = "ST-02 Waiting for more than fits makes a paused connection deliver")]
    public void Read_WaitsWhilePaused_Resumes() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(new StreamOptions { Limit = 10 });
        await peer.SendAsync(new byte[30]);
        await BufferedAsync(stream, 30);
        Assert.False(stream.Transport.IsReading);
        ValueTask<byte[]> read = stream.ReadUntilAsync(Bytes("\n"), limit: 1000);
        Assert.True(stream.Transport.IsReading);
        await peer.SendAsync(Bytes("end\n"));
        Assert.Equal(34, (await read).Length);
        stream.Close();
    });

    [Fact(DisplayName = "ST-02 Reading a whole buffer in pieces keeps every byte, whatever their size")]
    public void Read_SeededChunks_GivesTheBytesInOrder() => Run(async () =>
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            var random = new Random(seed);
            (LoopStream stream, RawPeer peer) = await OpenAsync(new StreamOptions { Limit = random.Next(1, 100_000) });
            byte[] sent = TestBytes.Make(2_000_000, seed);
            Task sending = peer.SendAsync(sent);
            for (int position = 0; position < sent.Length;)
            {
                byte[] buffer = new byte[random.Next(1, 60_000)];
                int count = await stream.ReadAsync(buffer);
                Assert.Equal(sent.AsSpan(position, count).ToArray(), buffer[..count]);
                position += count;
            }

            await sending;
            stream.Close();
        }
    });
}
