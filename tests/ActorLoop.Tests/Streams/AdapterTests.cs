using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Streams;

/// <summary>Existing parsers on a transport, as protocols use them.</summary>
public class AdapterTests : StreamTest
{
    [Fact(DisplayName = "A StreamReader and a StreamWriter work on a transport taken over in ConnectionMade, and stay on the loop")]
    public void AsStream_InConnectionMade_ServesAStreamReader() => Run(async () =>
    {
        List<bool> onLoop = [];
        Server server = await Loop.CreateServerAsync(
            () => new TakenOver(transport => ShoutAsync(transport.AsStream(), Loop, onLoop)), "127.0.0.1", 0);
        RawPeer peer = await ConnectAsync(server);
        foreach (string piece in new[] { "fir", "st\nsecond\nth", "ird\n" })
        {
            await peer.SendAsync(Bytes(piece));
            await TurnsAsync(10);
        }

        peer.ShutdownSend();
        Assert.Equal("FIRST\nSECOND\nTHIRD\n", Text(await peer.ReceiveToEndAsync()));
        Assert.Equal([true, true, true], onLoop);
        await server.DisposeAsync();
    });

    [Fact(DisplayName = "A parser written for pipes works on a transport, with ConfigureAwait(false) throughout")]
    public void AsDuplexPipe_WithAPipeParser_StaysOnTheLoop() => Run(async () =>
    {
        List<bool> onLoop = [];
        Server server = await Loop.CreateServerAsync(
            () => new TakenOver(transport => ParseAsync(transport.AsDuplexPipe(), Loop, onLoop)), "127.0.0.1", 0);
        RawPeer peer = await ConnectAsync(server);
        byte[] sent = TestBytes.Make(200_000);
        Task sending = SendFramesAsync(peer, sent, new Random(1));
        Assert.Equal(sent, await peer.ReceiveToEndAsync());
        await sending;
        Assert.All(onLoop, Assert.True);
        await server.DisposeAsync();
    });

    [Fact(DisplayName = "What the transport held back when it was taken over still holds back the stream")]
    public void AsStream_WhileWritingIsPaused_DrainWaits() => Run(async () =>
    {
        (LoopStream first, RawPeer peer) = await OpenAsync(smallBuffers: true);
        int written = WriteUntilPaused(first);
        LoopStream second = first.Transport.AsStream();
        Assert.Same(first.Transport, second.Transport);
        ValueTask drain = second.DrainAsync();
        Assert.False(drain.IsCompleted);
        await peer.ReceiveAsync(written);
        await drain;
        first.Close();
        second.Close();
    });

    [Fact(DisplayName = "Two streams can be copied into each other by CopyToAsync")]
    public void CopyTo_BetweenStreams_CopiesEverything() => Run(async () =>
    {
        (LoopStream from, RawPeer source) = await OpenAsync();
        (LoopStream to, RawPeer target) = await OpenAsync();
        byte[] sent = TestBytes.Make(1_000_000);
        Task sending = source.SendAsync(sent);
        Task copying = from.CopyToAsync(to);
        Task<byte[]> received = target.ReceiveToEndAsync();
        await sending;
        source.ShutdownSend();
        await copying;
        to.Close();
        from.Close();
        Assert.Equal(sent, await received);
    });

    [Fact(DisplayName = "A task that awaits a stream with ConfigureAwait(false) keeps its task and its async locals")]
    public void ConfigureAwaitFalse_InATask_KeepsTaskAndLocals() => Run(async () =>
    {
        (LoopStream stream, RawPeer peer) = await OpenAsync();
        var local = new AsyncLocal<string>();
        LoopTask task = Loop.CreateTask(async _ =>
        {
            local.Value = "mine";
            LoopTask? current = EventLoop.CurrentTask;
            Assert.Equal(1, await stream.ReadAsync(new byte[1]).ConfigureAwait(false));
            Assert.Same(current, EventLoop.CurrentTask);
            Assert.Equal("mine", local.Value);
            Assert.Null(SynchronizationContext.Current);
            Assert.Equal(1, await stream.ReadAsync(new byte[1]));
            Assert.Same(current, EventLoop.CurrentTask);
            Assert.Equal("mine", local.Value);
        });
        await TurnsAsync();
        await peer.SendAsync(new byte[1]);
        await TurnsAsync(20);
        await peer.SendAsync(new byte[1]);
        await task;
        Assert.NotNull(SynchronizationContext.Current);
        Assert.Null(local.Value);
        stream.Close();
    });

    /// <summary>Lines, each answered in capitals.</summary>
    private static async Task ShoutAsync(LoopStream stream, EventLoop loop, List<bool> onLoop)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        await using var writer = new StreamWriter(stream, leaveOpen: true) { AutoFlush = true };
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            onLoop.Add(ReferenceEquals(EventLoop.CurrentOrDefault, loop));
            await writer.WriteLineAsync(line.ToUpperInvariant()).ConfigureAwait(false);
        }

        stream.Close();
    }

    /// <summary>Frames with a length of two bytes in front, each echoed without it.</summary>
    private static async Task ParseAsync(IDuplexPipe pipe, EventLoop loop, List<bool> onLoop)
    {
        while (true)
        {
            ReadResult read = await pipe.Input.ReadAsync().ConfigureAwait(false);
            onLoop.Add(ReferenceEquals(EventLoop.CurrentOrDefault, loop));
            ReadOnlySequence<byte> rest = read.Buffer;
            while (TryTakeFrame(ref rest, out ReadOnlySequence<byte> frame))
            {
                foreach (ReadOnlyMemory<byte> piece in frame)
                {
                    pipe.Output.Write(piece.Span);
                }
            }

            pipe.Input.AdvanceTo(rest.Start, rest.End);
            await pipe.Output.FlushAsync().ConfigureAwait(false);
            if (read.IsCompleted)
            {
                await pipe.Input.CompleteAsync().ConfigureAwait(false);
                await pipe.Output.CompleteAsync().ConfigureAwait(false);
                return;
            }
        }
    }

    private static bool TryTakeFrame(ref ReadOnlySequence<byte> rest, out ReadOnlySequence<byte> frame)
    {
        var reader = new SequenceReader<byte>(rest);
        frame = default;
        if (!reader.TryReadBigEndian(out short length) || reader.Remaining < length)
        {
            return false;
        }

        frame = rest.Slice(2, length);
        rest = rest.Slice(2 + length);
        return true;
    }

    private static async Task SendFramesAsync(RawPeer peer, byte[] payload, Random random)
    {
        using var all = new MemoryStream();
        for (int position = 0; position < payload.Length;)
        {
            int length = Math.Min(random.Next(30_000), payload.Length - position);
            all.Write([(byte)(length >> 8), (byte)length]);
            all.Write(payload, position, length);
            position += length;
        }

        await peer.SendAsync(all.ToArray());
        peer.ShutdownSend();
    }

    /// <summary>A protocol that gives its transport away as soon as it has it.</summary>
    private sealed class TakenOver(Func<ITransport, Task> serve) : Protocol
    {
        public override void ConnectionMade(ITransport transport)
        {
            // Eager, because data may come before the first step of a task that is queued.
            _ = transport.Loop.CreateTask(_ => serve(transport), new LoopTaskOptions { Eager = true });
        }
    }
}
