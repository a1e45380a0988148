using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    [Theory(DisplayName = "WR-01 WR-04 WR-07 Random writes to a slow reader: every byte once and in order, pauses in turns")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Write_RandomSizesToASlowReader_ArriveInOrder(int seed) => Run(async () =>
    {
        var random = new Random(seed);
        int high = random.Next(0, 100_000);
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(
            protocol, new WriteBufferLimits(high, low: random.Next(high + 1), cap: 64 << 20), smallBuffers: seed % 2 == 0);
        ITransport transport = protocol.Record.Transport;
        byte[] all = TestBytes.Make(1_500_000, seed);
        Task<byte[]> reading = ReadSlowlyAsync(peer, random.Next());
        for (int start = 0; start < all.Length;)
        {
            int writes = random.Next(1, 6);
            while (writes-- > 0 && start < all.Length)
            {
                byte[] data = all[start..Math.Min(all.Length, start + RandomSize(random))];
                start += data.Length;
                if (random.Next(3) == 0)
                {
                    transport.Write(Pieces.Cut(data, random, 1 + (data.Length / random.Next(1, 120))));
                }
                else
                {
                    transport.Write(data);
                }

                Assert.True(transport.WriteBufferSize <= high || protocol.Record.IsPaused);
            }

            await TurnsAsync(random.Next(3));
        }

        if (random.Next(2) == 0 && Kind.CanHalfClose)
        {
            transport.WriteEof();
        }

        transport.Close();
        Assert.Equal(all, await reading);
        Assert.Null(await protocol.Record.Lost);
    });

    [Theory(DisplayName = "TR-01 WR-01 Two transports stream to each other at once, pausing at random: nothing is lost")]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Pair_StreamingBothWays_LosesNothing(int seed) => Run(async () =>
    {
        var random = new Random(seed);
        (RecordingProtocol left, RecordingProtocol right) =
            await ConnectPairAsync(new WriteBufferLimits(high: 30_000, cap: int.MaxValue));
        byte[] fromLeft = TestBytes.Make(1_000_000, seed);
        byte[] fromRight = TestBytes.Make(700_000, seed + 1);
        Task[] streams = [StreamAsync(left.Record, fromLeft, random), StreamAsync(right.Record, fromRight, random)];
        foreach (ProtocolRecord record in new[] { left.Record, right.Record })
        {
            record.OnEof = () => true;
            record.OnData = _ =>
            {
                if (random.Next(4) == 0)
                {
                    record.Transport.PauseReading();
                    Loop.CallSoon(record.Transport.ResumeReading);
                }
            };
        }

        await Task.WhenAll(streams);
        if (Kind.CanHalfClose)
        {
            left.Record.Transport.WriteEof();
            right.Record.Transport.WriteEof();
        }
        else
        {
            await left.Record.ReceivedAsync(fromRight.Length);
            await right.Record.ReceivedAsync(fromLeft.Length);
            left.Record.Transport.Close();
        }

        Assert.Null(await left.Record.Lost);
        Assert.Null(await right.Record.Lost);
        Assert.Equal(fromLeft, right.Record.Received);
        Assert.Equal(fromRight, left.Record.Received);
    });

    private static int RandomSize(Random random) => random.Next(5) switch
    {
        0 => random.Next(1, 10),
        1 => random.Next(1, 2_000),
        2 => random.Next(1, 16 * 1024),
        3 => random.Next(16 * 1024 - 2, 16 * 1024 + 3),
        _ => random.Next(1, 120_000),
    };

    private static async Task<byte[]> ReadSlowlyAsync(RawPeer peer, int seed)
    {
        var random = new Random(seed);
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await peer.ReceiveSomeAsync(buffer.AsMemory(0, random.Next(1000, buffer.Length))) is > 0 and int now)
        {
            all.Write(buffer, 0, now);
            await TurnsAsync(random.Next(4));
        }

        return all.ToArray();
    }

    /// <summary>Writes everything, as a well-behaved protocol: not between pause and resume.</summary>
    private static async Task StreamAsync(ProtocolRecord record, byte[] all, Random random)
    {
        for (int start = 0; start < all.Length;)
        {
            while (record.IsPaused)
            {
                await Task.Yield();
            }

            int length = Math.Min(all.Length - start, RandomSize(random));
            record.Transport.Write(all.AsSpan(start, length));
            start += length;
            await TurnsAsync(random.Next(2));
        }
    }
}
