using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Streams;

public class DrainTests : StreamTest
{
    [Fact(DisplayName = "ST-11 Drain is done at once while the peer is fast")]
    public void Drain_LittleBuffered_IsDoneAtOnce() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        stream.Write(Bytes("x"));
        ValueTask drain = stream.DrainAsync();
        Assert.True(drain.IsCompletedSuccessfully);
        ValueTask write = stream.WriteAsync(Bytes("y"));
        Assert.True(write.IsCompletedSuccessfully);
        Assert.Equal("xy", Text(await peer.ReceiveAsync(2)));
        stream.Close();
    });

    [Fact(DisplayName = "ST-11 Any number of drains wait until the peer has taken enough, and all go on")]
    public void Drain_SlowPeer_AllWaitUntilItReads() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(smallBuffers: true);
        int written = WriteUntilPaused(stream);
        Task[] drains = [.. Enumerable.Range(0, 5).Select(_ => stream.DrainAsync().AsTask())];
        await TurnsAsync(10);
        Assert.All(drains, drain => Assert.False(drain.IsCompleted));
        Task<byte[]> received = peer.ReceiveAsync(written);
        await Task.WhenAll(drains);
        Assert.True(stream.Transport.WriteBufferSize <= stream.Transport.WriteBufferLimits.Low);
        await received;
        ValueTask drained = stream.DrainAsync();
        Assert.True(drained.IsCompletedSuccessfully);
        stream.Close();
    });

    [Fact(DisplayName = "ST-11 Drains that wait when the connection is lost throw")]
    public void Drain_PeerResets_Throws() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(smallBuffers: true);
        WriteUntilPaused(stream);
        Task[] drains = [stream.DrainAsync().AsTask(), stream.DrainAsync().AsTask()];
        peer.Reset();
        foreach (Task drain in drains)
        {
            await Assert.ThrowsAsync<ConnectionLostException>(() => drain);
        }

        stream.Close();
    });

    [Fact(DisplayName = "ST-11 A loop that writes and drains ends soon after the connection was closed")]
    public void Drain_WhileClosing_LetsTheEndThrough() => Run(async () =>
    {
        (LoopStream stream, _) = await OpenAsync();
        stream.Close();
        int rounds = 0;
        await Assert.ThrowsAsync<ConnectionLostException>(async () =>
        {
            while (true)
            {
                stream.Write(Bytes("into the void"));
                await stream.DrainAsync();
                rounds++;
            }
        });
        Assert.InRange(rounds, 0, 5);
    });

    [Fact(DisplayName = "ST-11 A drain can be canceled; what was written is sent all the same")]
    public void Drain_Canceled_SendsEverything() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(smallBuffers: true);
        int written = WriteUntilPaused(stream);
        using var source = new CancellationTokenSource();
        ValueTask canceled = stream.DrainAsync(source.Token);
        ValueTask other = stream.DrainAsync();
        Loop.CallSoon(source.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await canceled);
        Assert.False(other.IsCompleted);
        await peer.ReceiveAsync(written);
        await other;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.DrainAsync(source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.WriteAsync(new byte[1], source.Token));
        stream.Close();
    });

    [Theory(DisplayName = "ST-11 A peer that takes everything at once does not keep the loop for itself")]
    [InlineData(false)]
    [InlineData(true)]
    public void Drain_FastPeer_LetsOthersRun(bool pipe) => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        Task<byte[]> received = Task.Run(peer.ReceiveToEndAsync);
        byte[] chunk = new byte[64 * 1024];
        int others = 0;
        void Other()
        {
            others++;
            Loop.CallSoon(Other);
        }

        Other();
        for (int i = 0; i < 20 * 16; i++)
        {
            if (pipe)
            {
                Assert.False((await stream.Output.WriteAsync(chunk)).IsCompleted);
            }
            else
            {
                await stream.WriteAsync(chunk);
            }
        }

        Assert.InRange(others, 20, int.MaxValue);
        stream.Close();
        Assert.Equal(20 * 1024 * 1024, (await received).Length);
    });

    [Fact(DisplayName = "ST-11 Writing with drains keeps the buffer within its limits, however slow the peer")]
    public void WriteAsync_SlowPeer_BoundsTheBuffer() => Run(async () =>
    {
        var limits = new WriteBufferLimits(high: 10_000);
        (LoopStream stream, RawPeer peer) = await OpenAsync(limits: limits, smallBuffers: true);
        byte[] sent = TestBytes.Make(1_000_000);
        Task<byte[]> received = peer.ReceiveToEndAsync();
        int most = 0;
        for (int position = 0; position < sent.Length; position += 5000)
        {
            await stream.WriteAsync(sent.AsMemory(position, 5000));
            most = Math.Max(most, stream.Transport.WriteBufferSize);
        }

        await stream.DisposeAsync();
        Assert.Equal(sent, await received);
        Assert.InRange(most, 0, 10_000 + 5000);
    });
}
