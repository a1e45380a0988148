using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

public sealed partial class DescriptorReuseTests : ServerTest
{
    [Fact(DisplayName = "F25 A copy of a closed connection's descriptor that lives on elsewhere causes no ghost events")]
    public void Close_WhileACopyIsOpen_LeavesNoGhost() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        int copy = Duplicate(((TransportSocket)record.Transport.GetExtraInfo("socket")!).Descriptor);
        using var handle = new SafeSocketHandle(copy, ownsHandle: true);
        record.Transport.Close();
        await record.Lost;
        await TurnsAsync();
        await peer.SendAsync(new byte[100]);
        await TurnsAsync(10);
        long before = Loop.Statistics.Turns;
        await Task.Delay(20);
        Assert.InRange(Loop.Statistics.Turns - before, 0, 10);
        Assert.Equal(0, Loop.Statistics.StaleEvents);
        Assert.Equal(0, record.ReceivedCount);
        peer.Dispose();
    });

    [Theory(DisplayName = "F26 Descriptors that are closed and reused at once never get each other's bytes")]
    [InlineData(1)]
    [InlineData(2)]
    public void Churn_WithReusedDescriptors_MixesNothingUp(int seed) => Run(async () =>
    {
        const int Rounds = 60;
        const int Width = 12;
        var random = new Random(seed);
        List<ITransport> live = [];
        int mixed = 0;
        long heard = 0;
        await using Server server = await Loop.CreateServerAsync(
            () =>
            {
                RecordingProtocol protocol = Recorder();
                ProtocolRecord record = protocol.Record;
                byte mine = 0;
                record.OnMade = live.Add;
                record.OnLost = _ => live.Remove(record.Transport);
                record.OnData = data =>
                {
                    mine = mine == 0 ? data[0] : mine;
                    mixed += data.IndexOfAnyExcept(mine) >= 0 ? 1 : 0;
                    heard += data.Length;
                    if (random.Next(4) == 0)
                    {
                        // Somebody else's readiness may be in this very batch already.
                        live[random.Next(live.Count)].Abort();
                    }
                };
                return protocol;
            },
            "127.0.0.1",
            0);
        List<RawPeer> peers = [];
        for (int round = 0; round < Rounds; round++)
        {
            while (peers.Count < Width)
            {
                peers.Add(Connect(server));
            }

            await TurnsAsync(2);
            for (int i = 0; i < peers.Count; i++)
            {
                Send(peers[i], (byte)(1 + ((round + i) % 255)), random.Next(1, 2000));
            }

            await TurnsAsync(random.Next(4));
            for (int i = peers.Count - 1; i >= 0; i--)
            {
                if (random.Next(3) > 0)
                {
                    peers[i].Reset();
                }
                else
                {
                    peers[i].Dispose();
                }

                peers.RemoveAt(i);
            }
        }

        await Patience.WaitForAsync(() => server.ConnectionCount == 0, "all connections end");
        Assert.Equal(0, mixed);
        Assert.True(heard > 0);
        Assert.Equal(1, Loop.Statistics.Descriptors);
    });

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    private static void Send(RawPeer peer, byte what, int count)
    {
        var data = new byte[count];
        data.AsSpan().Fill(what);
        try
        {
            peer.Socket.Send(data);
        }
        catch (SocketException)
        {
            // The server has ended this one already.
        }
    }
}
