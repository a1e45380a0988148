using System.Buffers;
using System.IO.Pipelines;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Streams;

public class PipeTests : StreamTest
{
    [Fact(DisplayName = "The pipe reader lends what has come, and keeps what is not consumed")]
    public void PipeRead_ConsumedInPart_KeepsTheRest() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        PipeReader input = stream.Input;
        Assert.False(input.TryRead(out _));
        ValueTask<ReadResult> waiting = input.ReadAsync();
        await peer.SendAsync(Bytes("one two"));
        ReadResult read = await waiting;
        Assert.Equal("one two", Text(read.Buffer.ToArray()));
        Assert.False(read.IsCompleted);
        input.AdvanceTo(read.Buffer.GetPosition(4), read.Buffer.End);
        Assert.False(input.TryRead(out _));
        await peer.SendAsync(Bytes("!"));
        read = await input.ReadAsync();
        Assert.Equal("two!", Text(read.Buffer.ToArray()));
        input.AdvanceTo(read.Buffer.Start);
        Assert.True(input.TryRead(out read));
        input.AdvanceTo(read.Buffer.End);
        peer.ShutdownSend();
        read = await input.ReadAsync();
        Assert.True(read is { IsCompleted: true, Buffer.IsEmpty: true });
        input.AdvanceTo(read.Buffer.End);
        stream.Close();
    });

    [Fact(DisplayName = "Reads of the pipe and of the stream take turns, but do not overlap")]
    public void PipeRead_ThenStreamRead_TakeTurns() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        await peer.SendAsync(Bytes("head\nbody"));
        ReadResult read = await stream.Input.ReadAtLeastAsync(9);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => _ = await stream.ReadAsync(new byte[1]));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.Input.ReadAsync());
        stream.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        Assert.Equal("head\n", Text(await stream.ReadLineAsync()));
        Assert.False(stream.Input.TryRead(out _));
        Assert.Throws<InvalidOperationException>(() => stream.Input.AdvanceTo(default));
        Assert.Equal("body", Text(await stream.ReadExactlyAsync(4)));
        stream.Close();
    });

    [Fact(DisplayName = "A pipe read can be canceled, before it waits, while it waits, and from another thread")]
    public void PipeRead_CancelPending_GivesACanceledResult() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        PipeReader input = stream.Input;
        input.CancelPendingRead();
        ReadResult read = await input.ReadAsync();
        Assert.True(read is { IsCanceled: true, IsCompleted: false });
        input.AdvanceTo(read.Buffer.End);
        ValueTask<ReadResult> waiting = input.ReadAsync();
        TestLoop.OnOtherThread(input.CancelPendingRead);
        read = await waiting;
        Assert.True(read.IsCanceled);
        input.AdvanceTo(read.Buffer.End);
        await peer.SendAsync(Bytes("x"));
        read = await input.ReadAsync();
        Assert.False(read.IsCanceled);
        input.AdvanceTo(read.Buffer.End);
        stream.Close();
    });

    [Fact(DisplayName = "What is written to the pipe leaves with the flush, in one piece whatever its size")]
    public void PipeWrite_Flushed_Arrives() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        PipeWriter output = stream.Output;
        byte[] sent = TestBytes.Make(100_000);
        output.Write(sent.AsSpan(0, 40_000));
        Assert.Equal(40_000, output.UnflushedBytes);
        await TurnsAsync();
        Assert.Equal(0, peer.Socket.Available);
        sent.AsSpan(40_000, 30_000).CopyTo(output.GetSpan(30_000));
        output.Advance(30_000);
        Task<byte[]> received = peer.ReceiveToEndAsync();
        FlushResult flushed = await output.FlushAsync();
        Assert.False(flushed.IsCompleted);
        await output.WriteAsync(sent.AsMemory(70_000, 20_000));
        output.Write(sent.AsSpan(90_000));
        await output.CompleteAsync();
        Assert.Equal(sent, await received);
        Assert.Throws<InvalidOperationException>(() => output.GetMemory());
        peer.ShutdownSend();
        Assert.Empty(await stream.ReadToEndAsync());
        stream.Close();
    });

    [Fact(DisplayName = "A flush waits while the peer is slow, can be canceled, and says when the connection has ended")]
    public void PipeFlush_SlowPeer_Waits() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(smallBuffers: true);
        WriteUntilPaused(stream);
        ValueTask<FlushResult> flush = stream.Output.FlushAsync();
        Assert.False(flush.IsCompleted);
        TestLoop.OnOtherThread(stream.Output.CancelPendingFlush);
        Assert.True((await flush).IsCanceled);
        stream.Output.CancelPendingFlush();
        Assert.True((await stream.Output.FlushAsync()).IsCanceled);
        flush = stream.Output.FlushAsync();
        peer.Reset();
        Assert.True((await flush).IsCompleted);
        Assert.True((await stream.Output.WriteAsync(new byte[1])).IsCompleted);
        stream.Close();
    });

    [Fact(DisplayName = "Completing both halves closes the connection; completing the reader alone drops what comes")]
    public void Complete_BothHalves_ClosesTheConnection() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync(new StreamOptions { Limit = 1 });
        await peer.SendAsync(new byte[1000]);
        await BufferedAsync(stream, 1000);
        await stream.Input.CompleteAsync();
        await peer.SendAsync(new byte[1_000_000]);
        peer.ShutdownSend();
        await Patience.WaitForAsync(() => stream.AtEof, "everything was dropped");
        Assert.Throws<InvalidOperationException>(() => stream.Input.TryRead(out _));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.ReadLineAsync());
        stream.Output.Write(Bytes("bye"));
        await stream.Output.CompleteAsync();
        Assert.Equal("bye", Text(await peer.ReceiveToEndAsync()));
        await stream.WaitClosedAsync();
    });

    [Fact(DisplayName = "Completing the writer with an exception aborts the connection")]
    public void Complete_WithException_Aborts() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        stream.Output.Write(Bytes("worthless"));
        stream.Output.Complete(new InvalidOperationException("broken"));
        Assert.Empty(await peer.ReceiveToEndAsync());
        await stream.WaitClosedAsync();
    });

    [Fact(DisplayName = "Random amounts consumed and examined give every byte once, in order")]
    public void PipeRead_RandomAdvances_MatchesTheModel() => Run(async () =>
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            var random = new Random(seed);
            (LoopStream stream, RawPeer peer) = await OpenAsync(new StreamOptions { Limit = random.Next(1, 50_000) });
            byte[] sent = TestBytes.Make(500_000, seed);
            Task sending = SendAllAsync(peer, sent);
            for (int position = 0; ;)
            {
                ReadResult read = await stream.Input.ReadAsync();
                byte[] seen = read.Buffer.ToArray();
                Assert.Equal(sent.AsSpan(position, seen.Length).ToArray(), seen);
                if (read.IsCompleted && position + seen.Length == sent.Length)
                {
                    stream.Input.AdvanceTo(read.Buffer.End);
                    break;
                }

                int consumed = random.Next(seen.Length + 1);
                stream.Input.AdvanceTo(
                    read.Buffer.GetPosition(consumed), read.Buffer.GetPosition(random.Next(consumed, seen.Length + 1)));
                position += consumed;
            }

            await sending;
            stream.Close();
        }
    });

    private static async Task SendAllAsync(RawPeer peer, byte[] bytes)
    {
        await peer.SendAsync(bytes);
        peer.ShutdownSend();
    }
}
