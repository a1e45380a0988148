using System.Net;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Transports;

public abstract partial class StreamTransportContract
{
    [Fact(DisplayName = "CC-13 Names and socket are known from ConnectionMade until after the close; unknown names are null")]
    public void GetExtraInfo_DuringAndAfter_KnowsTheNames() => Run(async () =>
    {
        (RecordingProtocol left, RecordingProtocol right) = await ConnectPairAsync();
        foreach (ITransport transport in new[] { left.Record.Transport, right.Record.Transport })
        {
            Assert.Same(Loop, transport.Loop);
            Assert.Equal(transport.LocalEndPoint, transport.GetExtraInfo("sockname"));
            Assert.Equal(transport.RemoteEndPoint, transport.GetExtraInfo("peername"));
            Assert.Null(transport.GetExtraInfo("no such thing"));
        }

        Assert.Equal(left.Record.Transport.LocalEndPoint, right.Record.Transport.RemoteEndPoint);
        Assert.Equal(right.Record.Transport.LocalEndPoint, left.Record.Transport.RemoteEndPoint);
        EndPoint? local = left.Record.Transport.LocalEndPoint;
        EndPoint? remote = left.Record.Transport.RemoteEndPoint;
        left.Record.Transport.Close();
        await left.Record.Lost;
        await TurnsAsync();
        Assert.Equal(local, left.Record.Transport.GetExtraInfo("sockname"));
        Assert.Equal(remote, left.Record.Transport.GetExtraInfo("peername"));
        Assert.Same(Loop, left.Record.Transport.Loop);
        Assert.True(left.Record.Transport.IsClosing);
    });

    [Fact(DisplayName = "CC-14 The exposed socket shows names and options, and refuses them once the transport is closed")]
    public void TransportSocket_AfterTheClose_Refuses() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        await ConnectAsync(protocol);
        ITransport transport = protocol.Record.Transport;
        var socket = (TransportSocket)transport.GetExtraInfo("socket")!;
        Assert.Same(socket, transport.GetExtraInfo("socket"));
        var value = new byte[4];
        socket.SetRawOption(1, 9, BitConverter.GetBytes(1));
        Assert.Equal(4, socket.GetRawOption(1, 9, value));
        Assert.Equal(1, BitConverter.ToInt32(value));
        Assert.Equal(transport.LocalEndPoint, socket.LocalEndPoint);
        Assert.Equal(transport.RemoteEndPoint, socket.RemoteEndPoint);
        transport.Close();
        await protocol.Record.Lost;
        await TurnsAsync();
        Assert.Equal(-1, socket.Descriptor);
        Assert.Throws<ObjectDisposedException>(() => socket.GetRawOption(1, 9, value));
        Assert.Throws<ObjectDisposedException>(() => socket.SetRawOption(1, 9, value));
    });

    [Fact(DisplayName = "CC-14 The exposed socket offers no way to read, write or close")]
    public void TransportSocket_Members_AreForLookingOnly()
    {
        string[] forbidden = ["Send", "Receive", "Close", "Dispose", "Accept", "Connect", "Blocking", "Shutdown"];
        Assert.DoesNotContain(
            typeof(TransportSocket).GetMembers(), member => forbidden.Any(word => member.Name.Contains(word, StringComparison.Ordinal)));
    }

    [Fact(DisplayName = "CC-14 F26 A forgotten view of a closed socket does nothing to the next owner of the descriptor")]
    public void TransportSocket_CollectedAfterTheClose_LeavesTheNextOwnerAlone() => Run(async () =>
    {
        for (int i = 0; i < 5; i++)
        {
            RecordingProtocol old = Recorder();
            await ConnectAsync(old);
            Assert.NotNull(old.Record.Transport.GetExtraInfo("socket"));
            old.Record.Transport.Close();
            await old.Record.Lost;
        }

        await TurnsAsync();
        (RecordingProtocol left, RecordingProtocol right) = await ConnectPairAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        right.Record.OnData = data => right.Record.Transport.Write(data);
        left.Record.Transport.Write("control"u8);
        await left.Record.ReceivedAsync(7);
    });

    [Fact(DisplayName = "TR-16 The text shows state, descriptor, reading, and writing with the buffered size")]
    public void ToString_ByState_ShowsWhatGoesOn() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        RawPeer peer = await ConnectAsync(protocol, smallBuffers: true);
        ITransport transport = protocol.Record.Transport;
        var socket = (TransportSocket)transport.GetExtraInfo("socket")!;
        string text = transport.ToString()!;
        Assert.Contains(" open ", text, StringComparison.Ordinal);
        Assert.Contains($"fd={socket.Descriptor} ", text, StringComparison.Ordinal);
        Assert.Contains("read=polling write=<idle, bufsize=0>", text, StringComparison.Ordinal);
        transport.PauseReading();
        WriteUntilBlocked(transport);
        Assert.Contains(
            $"read=idle write=<polling, bufsize={transport.WriteBufferSize}>", transport.ToString(), StringComparison.Ordinal);
        transport.Close();
        Assert.Contains(" closing ", transport.ToString(), StringComparison.Ordinal);
        await peer.ReceiveToEndAsync();
        await protocol.Record.Lost;
        await TurnsAsync();
        Assert.Contains(" closed ", transport.ToString(), StringComparison.Ordinal);
    });
}
