using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

public class UnixConnectionTests : LoopTest
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Whether the loop hears of a peer that is gone after the end of its stream, without writing to it.</summary>
    protected virtual bool HearsAfterTheEnd => true;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Dispose();
    }

    [Fact(DisplayName = "UX-01 Bytes go both ways through a path, and the names are those that were asked for")]
    public void Connection_OverAPath_CarriesBytes() => Run(async () =>
    {
        string path = _folder.NewPath();
        await EchoAsync(path);
    });

    [Fact(DisplayName = "UX-01 A leading NUL is a name in the abstract namespace; it may contain further ones")]
    public void Connection_OverAnAbstractName_CarriesBytes() => Run(async () =>
    {
        string name = $"\0{Path.GetFileName(_folder.Path)}\0more";
        await EchoAsync(name);
    });

    [Fact(DisplayName = "UX-01 The longest path and the longest abstract name work")]
    public void Connection_LongestNames_Work() => Run(async () =>
    {
        string path = $"{_folder.Path}/".PadRight(107, 'p');
        await EchoAsync(path);
        await EchoAsync($"\0{Path.GetFileName(_folder.Path)}".PadRight(108, 'a'));
    });

    [Theory(DisplayName = "UX-01 F27 A name that cannot be one is refused before anything opens, with the limit in the message")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void Names_Impossible_AreRefused(string name) => Run(async () =>
    {
        await Assert.ThrowsAsync<ArgumentException>("path", () => Loop.CreateUnixServerAsync(Recorder, name));
        await Assert.ThrowsAsync<ArgumentException>("path", () => Loop.CreateUnixConnectionAsync(Recorder, name));
    });

    [Theory(DisplayName = "UX-01 F27 A name that is too long is refused before anything opens, with the limit in the message")]
    [InlineData('/', 108)]
    [InlineData('\0', 109)]
    public void Names_TooLong_AreRefused(char first, int length) => Run(async () =>
    {
        string name = first + new string('x', length - 1);
        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>("path", () => Loop.CreateUnixServerAsync(Recorder, name));
        Assert.Contains("room for 108", failure.Message, StringComparison.Ordinal);
        failure = await Assert.ThrowsAsync<ArgumentException>("path", () => Loop.CreateUnixConnectionAsync(Recorder, name));
        Assert.Contains("109 bytes", failure.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "UX-01 A path is counted in bytes, not in letters")]
    public void Names_OfWideLetters_AreCountedInBytes() => Run(async () =>
    {
        string name = "/tmp/" + new string('ä', 52);
        await Assert.ThrowsAsync<ArgumentException>("path", () => Loop.CreateUnixConnectionAsync(Recorder, name));
    });

    [Fact(DisplayName = "UX-02 A socket that is no Unix stream socket is refused, and stays open")]
    public void Socket_OfAnotherKind_IsRefused() => Run(async () =>
    {
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var datagrams = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        using var unconnected = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        foreach (Socket socket in new[] { tcp, datagrams })
        {
            await Assert.ThrowsAsync<ArgumentException>("socket", () => Loop.CreateUnixConnectionAsync(Recorder, socket));
            await Assert.ThrowsAsync<ArgumentException>("socket", () => Loop.CreateUnixServerAsync(Recorder, socket));
            Assert.False(socket.SafeHandle.IsClosed);
        }

        await Assert.ThrowsAsync<ArgumentException>("socket", () => Loop.CreateUnixConnectionAsync(Recorder, unconnected));
        await Assert.ThrowsAsync<ArgumentException>("socket", () => Loop.CreateUnixServerAsync(Recorder, unconnected));
        Assert.False(unconnected.SafeHandle.IsClosed);
    });

    [Fact(DisplayName = "UX-02 A connected Unix socket becomes a transport")]
    public void Socket_Connected_BecomesATransport() => Run(async () =>
    {
        string path = _folder.NewPath();
        RecordingProtocol accepted = Recorder();
        await using Server server = await Loop.CreateUnixServerAsync(() => accepted, path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        (ITransport transport, RecordingProtocol client) = await Loop.CreateUnixConnectionAsync(Recorder, socket);
        transport.Write("hello"u8);
        await accepted.Record.ReceivedAsync(5);
        transport.Close();
        await client.Record.Lost;
        Assert.True(socket.SafeHandle.IsClosed);
    });

    [Fact(DisplayName = "UX-01 Nobody there and no such path are told as what they are")]
    public void Connection_WithoutAServer_Fails() => Run(async () =>
    {
        string path = _folder.NewPath();
        SocketException missing = await Assert.ThrowsAsync<SocketException>(() => Loop.CreateUnixConnectionAsync(Recorder, path));
        Assert.Contains(path, missing.Message, StringComparison.Ordinal);
        DeadSocket.Leave(path);
        SocketException dead = await Assert.ThrowsAsync<SocketException>(() => Loop.CreateUnixConnectionAsync(Recorder, path));
        Assert.Equal(SocketError.ConnectionRefused, dead.SocketErrorCode);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    });

    [Fact(DisplayName = "UX-01 CC-01 The order is connect, factory, ConnectionMade, then the caller, then data, as for TCP")]
    public void Connection_PeerSpeaksFirst_KeepsTheOrder() => Run(async () =>
    {
        string path = _folder.NewPath();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        List<string> order = [];
        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = _ => order.Add("made");
        protocol.Record.OnData = _ => order.Add("data");
        (ITransport transport, RecordingProtocol returned) = await Loop.CreateUnixConnectionAsync(
            () =>
            {
                order.Add("factory");
                using Socket accepted = listener.Accept();
                accepted.Send("hello"u8);
                return protocol;
            },
            path);
        order.Add("returned");
        Assert.Same(protocol, returned);
        Assert.Same(transport, protocol.Record.Transport);
        await protocol.Record.ReceivedAsync(5);
        Assert.Equal(["factory", "made", "returned", "data"], order);
        Assert.Null(await protocol.Record.Lost);
    });

    [Fact(DisplayName = "UX-01 CC-11 A task that is canceled ends the attempt that it waits for")]
    public void Connection_TaskCanceled_Ends() => Run(async () =>
    {
        string path = _folder.NewPath();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(0);
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await first.ConnectAsync(new UnixDomainSocketEndPoint(path));
        Task? waiting = null;
        LoopTask task = Loop.CreateTask(_ => waiting = Loop.CreateUnixConnectionAsync(Recorder, path));
        await TurnsAsync();
        Assert.False(waiting!.IsCompleted);
        task.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await task);
        Assert.True(waiting.IsCanceled);
    });

    [Fact(DisplayName = "UX-01 A full queue is waited for; cancellation ends the wait and leaves nothing open")]
    public void Connection_QueueFull_Waits() => Run(async () =>
    {
        string path = _folder.NewPath();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        for (int i = 0; i < 2; i++)
        {
            await Loop.CreateUnixConnectionAsync(Recorder, path);
        }

        using var canceled = new CancellationTokenSource();
        Task given = Loop.CreateUnixConnectionAsync(Recorder, path, cancellationToken: canceled.Token);
        Task<(ITransport Transport, RecordingProtocol Protocol)> waiting = Loop.CreateUnixConnectionAsync(Recorder, path);
        await TurnsAsync();
        Assert.False(given.IsCompleted);
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        using Socket first = await listener.AcceptAsync();
        (ITransport transport, _) = await waiting;
        transport.Close();
    });

    [Fact(DisplayName = "UX-01 Each end knows the process, the user and the group of the other, also after the close")]
    public void GetExtraInfo_PeerCred_NamesTheOtherEnd() => Run(async () =>
    {
        string path = _folder.NewPath();
        RecordingProtocol accepted = Recorder();
        await using Server server = await Loop.CreateUnixServerAsync(() => accepted, path);
        (ITransport transport, RecordingProtocol client) = await Loop.CreateUnixConnectionAsync(Recorder, path);
        await accepted.Record.Made;
        transport.Close();
        await client.Record.Lost;
        await accepted.Record.Lost;
        await TurnsAsync();
        uint user = uint.Parse(File.ReadLines("/proc/self/status").First(l =>
            l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2], null);
        uint group = uint.Parse(File.ReadLines("/proc/self/status").First(l =>
            l.StartsWith("Gid:", StringComparison.Ordinal)).Split('\t')[2], null);
        var expected = new UnixCredentials(Environment.ProcessId, user, group);
        Assert.Equal(expected, transport.GetExtraInfo("peercred"));
        Assert.Equal(expected, accepted.Record.Transport.GetExtraInfo("peercred"));
    });

    [Fact(DisplayName = "UX-01 TCP has no credentials of the peer")]
    public void GetExtraInfo_PeerCredOfTcp_IsNull() => Run(async () =>
    {
        await using Server server = await Loop.CreateServerAsync(Recorder, "127.0.0.1", 0);
        (ITransport transport, _) = await Loop.CreateConnectionAsync(Recorder, "127.0.0.1", ((IPEndPoint)server.EndPoints[0]).Port);
        Assert.Null(transport.GetExtraInfo("peercred"));
        transport.Abort();
    });

    [Fact(DisplayName = "TR-08 A peer that closes over unread bytes is a reset; one that has read everything is an orderly end")]
    public void PeerCloses_OverUnreadBytes_IsAReset() => Run(async () =>
    {
        foreach (bool reads in new[] { true, false })
        {
            (RecordingProtocol client, Socket peer) = await ConnectRawAsync();
            client.Record.Transport.Write("unread"u8);
            await TurnsAsync();
            if (reads)
            {
                await peer.ReceiveAsync(new byte[10]);
            }

            peer.Dispose();
            Exception? lost = await client.Record.Lost;
            Assert.Equal(reads ? null : SocketError.ConnectionReset, (lost as SocketException)?.SocketErrorCode);
        }
    });

    [Fact(DisplayName = "TR-03 F6 A connection kept open after the end of the stream ends when its peer is gone altogether")]
    public void PeerCloses_AfterItsEnd_EndsAConnectionKeptOpen() => Run(async () =>
    {
        Assert.SkipUnless(HearsAfterTheEnd, "Only the next write notices.");
        (RecordingProtocol client, Socket peer) = await ConnectRawAsync();
        client.Record.OnEof = () => true;
        peer.Shutdown(SocketShutdown.Send);
        await client.Record.Eof;
        client.Record.Transport.Write("still heard"u8);
        Assert.Equal(11, await peer.ReceiveAsync(new byte[100]));
        await TurnsAsync();
        Assert.False(client.Record.Lost.IsCompleted);
        peer.Dispose();
        Assert.Null(await client.Record.Lost);
    });

    [Fact(DisplayName = "UX-01 A peer with a name that is no text, or longer than text may be, is served like any other")]
    public void Accept_PeerWithOddName_IsServed() => Run(async () =>
    {
        string path = _folder.NewPath();
        int served = 0;
        await using Server server = await Loop.CreateUnixServerAsync(
            () =>
            {
                served++;
                return Recorder();
            },
            path);
        byte[][] names = [[0, .. Enumerable.Repeat((byte)0xff, 107)], [.. $"{_folder.Path}/".PadRight(108, 'x').Select(c => (byte)c)]];
        foreach (byte[] name in names)
        {
            using Socket client = OddSocket.Bound(name);
            await client.ConnectAsync(new UnixDomainSocketEndPoint(path));
            await client.SendAsync(new byte[1]);
        }

        await Patience.WaitForAsync(() => served == names.Length, "connections served");
        Assert.Equal(names.Length, server.AcceptedCount);
    });

    private async Task<(RecordingProtocol Client, Socket Peer)> ConnectRawAsync()
    {
        string path = _folder.NewPath();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        (_, RecordingProtocol client) = await Loop.CreateUnixConnectionAsync(Recorder, path);
        return (client, await listener.AcceptAsync());
    }

    private async Task EchoAsync(string name)
    {
        RecordingProtocol accepted = Recorder();
        accepted.Record.OnData = data => accepted.Record.Transport.Write(data);
        await using Server server = await Loop.CreateUnixServerAsync(() => accepted, name);
        Assert.Equal([new UnixDomainSocketEndPoint(name)], server.EndPoints);
        (ITransport transport, RecordingProtocol client) = await Loop.CreateUnixConnectionAsync(Recorder, name);
        byte[] sent = TestBytes.Make(300_000);
        transport.Write(sent);
        await client.Record.ReceivedAsync(sent.Length);
        Assert.Equal(sent, client.Record.Received);
        Assert.Equal(new UnixDomainSocketEndPoint(name), transport.RemoteEndPoint);
        Assert.Equal(new UnixDomainSocketEndPoint(name), accepted.Record.Transport.LocalEndPoint);
        Assert.Null(transport.LocalEndPoint);
        transport.Close();
        await accepted.Record.Lost;
    }
}
