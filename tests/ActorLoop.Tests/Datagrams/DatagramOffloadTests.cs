using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Datagrams;

public sealed class DatagramOffloadTests : DatagramTest
{
    private const int Size = 1200;

    [Fact(DisplayName = "Offloads are off unless asked for, and never on for Unix sockets")]
    public void Offloads_NotAskedFor_AreOff() => Run(async () =>
    {
        (IDatagramTransport plain, _) = await OpenAsync();
        Assert.Equal(DatagramOffloads.None, plain.Offloads);
        (IDatagramTransport unix, _) = await OpenAsync(
            new DatagramOptions { Family = AddressFamily.Unix, Offloads = DatagramOffloads.All });
        Assert.Equal(DatagramOffloads.None, unix.Offloads);
    });

    [Fact(DisplayName = "Datagrams of one size to one receiver leave as one and arrive as single ones")]
    public void Send_EqualSizes_AreJoinedOnTheirWay() => Run(async () =>
    {
        (IDatagramTransport transport, _, Socket peer) = await OpenJoiningAsync(DatagramOffloads.Send);

        // A peer that joins on receiving sees what passed as one.
        peer.SetRawSocketOption(Native.UdpLevel, Native.UdpGro, BitConverter.GetBytes(1));
        byte[] data = TestBytes.Make(10 * Size);
        for (int i = 0; i < 10; i++)
        {
            transport.SendTo(data.AsSpan(i * Size, Size));
        }

        Assert.Equal(data, await ReceiveAsync(peer));
        Assert.Equal(10, transport.Statistics.Sent);
    });

    [Fact(DisplayName = "What differs in size, is empty or goes elsewhere is not joined, and all of it arrives in order")]
    public void Send_DifferentSizesAndReceivers_ArriveWhole() => Run(async () =>
    {
        Socket[] peers = [Peer(), Peer()];
        (IDatagramTransport transport, _) = await OpenAsync(
            new DatagramOptions { LocalEndPoint = AnyPort, Offloads = DatagramOffloads.Send });
        int[] sizes = [100, 100, 100, 50, 100, 100, 0, 100, 0, 0, 200, 200, 300, 1, 1, 1, 1, 2, 20_000, 20_000, 20_000, 40_000, 65507, 5];
        var sent = new List<byte[]>[] { [], [] };
        for (int i = 0; i < sizes.Length * 4; i++)
        {
            byte[] data = TestBytes.Make(sizes[i % sizes.Length], i);
            int to = i / 5 % 2;
            sent[to].Add(data);
            transport.SendTo(data, peers[to].LocalEndPoint);
            if (i % 10 == 9)
            {
                await TurnsAsync();
                await ExpectAsync(peers, sent);
            }
        }

        await TurnsAsync();
        await ExpectAsync(peers, sent);
        Assert.Equal(sizes.Length * 4, transport.Statistics.Sent);
    });

    [Fact(DisplayName = "More than the kernel joins at once goes in several")]
    public void Send_MoreThanOneJoin_ArrivesWhole() => Run(async () =>
    {
        (IDatagramTransport transport, _, Socket peer) = await OpenJoiningAsync(DatagramOffloads.Send);
        peer.ReceiveBufferSize = 4 * 1024 * 1024;
        for (int i = 0; i < 400; i++)
        {
            transport.SendTo(TestBytes.Make(64, i));
        }

        for (int i = 0; i < 400; i++)
        {
            Assert.Equal(TestBytes.Make(64, i), await ReceiveAsync(peer));
        }
    });

    [Fact(DisplayName = "What arrives as one is delivered as single datagrams, the last of which may be shorter")]
    public void Receive_Joined_IsDeliveredSingly() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenJoiningAsync(DatagramOffloads.Receive);
        peer.SetRawSocketOption(Native.UdpLevel, Native.UdpSegment, BitConverter.GetBytes(Size));
        byte[] data = TestBytes.Make((20 * Size) + 7);
        await peer.SendAsync(data);
        await protocol.ReceivedAsync(21);
        Assert.Equal(data, protocol.Datagrams.SelectMany(d => d.Data));
        Assert.All(protocol.Datagrams.SkipLast(1), d => Assert.Equal(Size, d.Data.Length));
        Assert.Equal(21, transport.Statistics.Received);
    });

    [Fact(DisplayName = "Pausing or closing in the middle of what arrived as one is honoured")]
    public void Receive_PausedWithinAJoin_RestComesLater() => Run(async () =>
    {
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenJoiningAsync(DatagramOffloads.Receive);
        peer.SetRawSocketOption(Native.UdpLevel, Native.UdpSegment, BitConverter.GetBytes(Size));
        byte[] data = TestBytes.Make(20 * Size);
        protocol.OnDatagram = (_, _) =>
        {
            if (protocol.Datagrams.Count == 15)
            {
                transport.Close();
                return;
            }

            transport.PauseReading();
            Loop.CallSoon(transport.ResumeReading);
        };
        await peer.SendAsync(data);
        await protocol.Lost;
        Assert.Equal(data[..(15 * Size)], protocol.Datagrams.SelectMany(d => d.Data));
    });

    [Fact(DisplayName = "An echo with both offloads loses and changes nothing")]
    public void Echo_BothOffloads_IsExact() => Run(async () =>
    {
        const int Count = 60;
        var options = new DatagramOptions { LocalEndPoint = AnyPort, Offloads = DatagramOffloads.All };
        (IDatagramTransport server, var echo) = await OpenAsync(options);
        echo.OnDatagram = (data, remote) => server.SendTo(data, remote);
        (IDatagramTransport client, var protocol) = await OpenAsync(options with { RemoteEndPoint = server.LocalEndPoint });
        Assert.Equal(DatagramOffloads.All, client.Offloads);
        for (int round = 1; round <= 10; round++)
        {
            for (int i = 0; i < Count; i++)
            {
                client.SendTo(TestBytes.Make(round * 100, (round * Count) + i));
            }

            await protocol.ReceivedAsync(round * Count);
        }

        Assert.Equal(
            Enumerable.Range(Count, 10 * Count).Select(i => TestBytes.Make(i / Count * 100, i)), protocol.Datagrams.Select(d => d.Data));
    });

    [Fact(DisplayName = "Datagrams that are too long together go alone")]
    public void Send_TooLongTogether_GoesAlone() => Run(async () =>
    {
        // Two of them are more than one packet, whatever the route; they are not joined in the first place.
        (IDatagramTransport transport, var protocol, Socket peer) = await OpenJoiningAsync(DatagramOffloads.Send);
        var nowhere = new byte[65507 / 2];
        transport.SendTo(nowhere);
        transport.SendTo(nowhere);
        Assert.Equal(nowhere.Length, (await ReceiveAsync(peer)).Length);
        Assert.Equal(nowhere.Length, (await ReceiveAsync(peer)).Length);
        Assert.Empty(protocol.Errors);
    });

    [Fact(DisplayName = "A receiver that the kernel refuses does not switch joining off for the others")]
    public void Send_RefusedReceiver_JoiningStays() => Run(async () =>
    {
        Socket peer = Peer();
        peer.SetRawSocketOption(Native.UdpLevel, Native.UdpGro, BitConverter.GetBytes(1));
        (IDatagramTransport transport, var protocol) = await OpenAsync(
            new DatagramOptions { LocalEndPoint = AnyPort, Offloads = DatagramOffloads.Send });
        for (int i = 0; i < 5; i++)
        {
            transport.SendTo(new byte[64], new IPEndPoint(IPAddress.Loopback, 0));
        }

        await protocol.FailedAsync(5);
        for (int i = 0; i < 5; i++)
        {
            transport.SendTo(new byte[64], peer.LocalEndPoint);
        }

        Assert.Equal(5 * 64, (await ReceiveAsync(peer)).Length);
        Assert.Equal(DatagramOffloads.Send, transport.Offloads);
        Assert.Equal(5, transport.Statistics.Dropped);
    });

    private static async Task ExpectAsync(Socket[] peers, List<byte[]>[] sent)
    {
        for (int i = 0; i < peers.Length; i++)
        {
            foreach (byte[] expected in sent[i])
            {
                Assert.Equal(expected, await ReceiveAsync(peers[i]));
            }

            sent[i].Clear();
        }
    }

    private async Task<(IDatagramTransport Transport, RecordingDatagramProtocol Protocol,
        Socket Peer)> OpenJoiningAsync(DatagramOffloads offloads)
    {
        var opened = await OpenConnectedAsync(new DatagramOptions { Offloads = offloads });
        Assert.Equal(offloads, opened.Transport.Offloads);
        return opened;
    }
}
