using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using ActorLoop.TestKit;
using ActorLoop.Tests.Connections;
using Xunit;

namespace ActorLoop.Tests.Datagrams;

[UnsupportedOSPlatform("windows")]
public class UnixDatagramTests : DatagramTest
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorloop-");

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Delete(recursive: true);
    }

    [Fact(DisplayName = "DG-01 Unix endpoints with paths talk to each other, and to each sender with its name")]
    public void SendTo_UnixPaths_ReachEachOther() => Run(async () =>
    {
        (IDatagramTransport server, var answering) = await OpenAsync(new DatagramOptions { LocalEndPoint = Name("server") });
        answering.OnDatagram = (data, remote) => server.SendTo(data, remote);
        (IDatagramTransport client, var hearing) = await OpenAsync(
            new DatagramOptions { LocalEndPoint = Name("client"), RemoteEndPoint = Name("server") });
        client.SendTo("one"u8);
        client.SendTo([]);
        client.SendTo("three"u8);
        await hearing.ReceivedAsync(3);
        Assert.Equal(["one", "", "three"], hearing.Datagrams.Select(d => Text(d.Data)));
        Assert.All(answering.Datagrams, d => Assert.Equal(Name("client"), d.Remote));
        Assert.Equal(Name("server"), client.RemoteEndPoint);
        Assert.Matches("^Unix datagram transport open ", client.ToString());
    });

    [Fact(DisplayName = "DG-01 Abstract names work likewise")]
    public void SendTo_AbstractName_Arrives() => Run(async () =>
    {
        var name = new UnixDomainSocketEndPoint($"\0actorloop-test-{Environment.ProcessId}");
        (_, var protocol) = await OpenAsync(new DatagramOptions { LocalEndPoint = name });
        (IDatagramTransport client, _) = await OpenAsync(new DatagramOptions { Family = AddressFamily.Unix });
        client.SendTo("hello"u8, name);
        await protocol.ReceivedAsync(1);
        Assert.Equal("hello", Text(protocol.Datagrams[0].Data));
    });

    [Fact(DisplayName = "DG-05 A sender without a name is of family Unix and cannot be answered")]
    public void DatagramReceived_UnnamedSender_CannotBeAnswered() => Run(async () =>
    {
        (IDatagramTransport server, var protocol) = await OpenAsync(new DatagramOptions { LocalEndPoint = Name("server") });
        (IDatagramTransport client, _) = await OpenAsync(new DatagramOptions { RemoteEndPoint = Name("server") });
        client.SendTo("who am I"u8);
        await protocol.ReceivedAsync(1);
        EndPoint sender = protocol.Datagrams[0].Remote;
        Assert.Equal(AddressFamily.Unix, sender.AddressFamily);
        Assert.IsNotType<UnixDomainSocketEndPoint>(sender);
        Assert.Throws<ArgumentException>("remote", () => server.SendTo("you"u8, sender));
    });

    [Fact(DisplayName = "DG-08 A peer that is gone or was never there is an error, not the end")]
    public void SendTo_NobodyThere_IsAnError() => Run(async () =>
    {
        (IDatagramTransport client, var protocol) = await OpenAsync(new DatagramOptions { Family = AddressFamily.Unix });
        client.SendTo("x"u8, Name("nobody"));
        await protocol.FailedAsync(1);
        Assert.IsType<SocketException>(protocol.Errors[0]);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => OpenAsync(new DatagramOptions { RemoteEndPoint = Name("nobody") }));
        Assert.Contains("nobody", failure.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "DG-07 An endpoint that is not connected waits for a full receiver without keeping the loop busy")]
    public void SendTo_FullReceiverUnconnected_WaitsWithoutSpinning() => Run(async () =>
    {
        const int Count = 200;
        using var reader = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        reader.Bind(Name("reader"));
        (IDatagramTransport client, var protocol) = await OpenAsync(new DatagramOptions { Family = AddressFamily.Unix });
        for (int i = 0; i < Count; i++)
        {
            client.SendTo(TestBytes.Make(100, i), Name("reader"));
        }

        await TurnsAsync(10);
        Assert.NotEqual(0, client.WriteBufferSize);
        long turns = Loop.Statistics.Turns;
        await Task.Delay(TimeSpan.FromMilliseconds(100), Loop.TimeProvider);
        Assert.InRange(Loop.Statistics.Turns - turns, 0, 100);
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(TestBytes.Make(100, i), await ReceiveAsync(reader));
        }

        Assert.Empty(protocol.Errors);
        Assert.Equal(Count, client.Statistics.Sent);
    });

    [Fact(DisplayName = "DG-01 The path of a dead socket is taken over, and removed at the end")]
    public void LocalEndPoint_DeadSocket_IsTakenOver() => Run(async () =>
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified))
        {
            // Bound under another name, because Dispose deletes the one it knows.
            dead.Bind(Name("other"));
            File.Move(PathOf("other"), PathOf("server"));
        }

        Assert.True(File.Exists(PathOf("server")));
        (IDatagramTransport transport, var protocol) = await OpenAsync(new DatagramOptions { LocalEndPoint = Name("server") });
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf("server")));
        (IDatagramTransport client, _) = await OpenAsync(new DatagramOptions { RemoteEndPoint = Name("server") });
        client.SendTo("hello"u8);
        await protocol.ReceivedAsync(1);
        transport.Close();
        await protocol.Lost;
        Assert.False(File.Exists(PathOf("server")));
    });

    [Fact(DisplayName = "DG-01 The path of a live socket, and what is no socket, is left alone")]
    public void LocalEndPoint_LiveSocketOrFile_IsRefused() => Run(async () =>
    {
        (_, var first) = await OpenAsync(new DatagramOptions { LocalEndPoint = Name("server") });
        await AssertInUseAsync("server");
        (IDatagramTransport client, _) = await OpenAsync(new DatagramOptions { RemoteEndPoint = Name("server") });
        client.SendTo("still there"u8);
        await first.ReceivedAsync(1);

        await File.WriteAllTextAsync(PathOf("file"), "content");
        await AssertInUseAsync("file");
        Assert.Equal("content", await File.ReadAllTextAsync(PathOf("file")));
    });

    [Theory(DisplayName = "DG-01 A symbolic link is left alone, whether it leads to a dead socket, a live one, a file or nowhere")]
    [InlineData("dead")]
    [InlineData("live")]
    [InlineData("file")]
    [InlineData("nowhere")]
    public void LocalEndPoint_SymbolicLink_IsRefused(string target) => Run(async () =>
    {
        DeadSocket.Leave(PathOf("dead"));
        await File.WriteAllTextAsync(PathOf("file"), "content");
        await OpenAsync(new DatagramOptions { LocalEndPoint = Name("live") });
        File.CreateSymbolicLink(PathOf("link"), PathOf(target));
        await AssertInUseAsync("link");
        Assert.Equal(PathOf(target), new FileInfo(PathOf("link")).LinkTarget);
        Assert.Equal(target != "nowhere", File.Exists(PathOf(target)));
    });

    [Fact(DisplayName = "DG-01 The path of a live stream socket is left alone, and a datagram socket's by a server likewise")]
    public void LocalEndPoint_LiveSocketOfTheOtherKind_IsRefused() => Run(async () =>
    {
        await using Server server = await Loop.CreateUnixServerAsync(() => new RecordingProtocol(), PathOf("stream"));
        await AssertInUseAsync("stream");
        (_, var datagrams) = await OpenAsync(new DatagramOptions { LocalEndPoint = Name("datagrams") });
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => Loop.CreateUnixServerAsync(() => new RecordingProtocol(), PathOf("datagrams")));
        Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
        (IDatagramTransport client, _) = await OpenAsync(new DatagramOptions { RemoteEndPoint = Name("datagrams") });
        client.SendTo("still there"u8);
        await datagrams.ReceivedAsync(1);
    });

    [Fact(DisplayName = "DG-01 A path that another socket has by now is kept at the end: it is told by its inode")]
    public void Close_PathOfAnotherSocket_IsKept() => Run(async () =>
    {
        (IDatagramTransport old, var hearing) = await OpenAsync(new DatagramOptions { LocalEndPoint = Name("server") });
        File.Delete(PathOf("server"));
        (_, var next) = await OpenAsync(new DatagramOptions { LocalEndPoint = Name("server") });
        ulong inode = Inode.Of(PathOf("server"));
        old.Close();
        await hearing.Lost;
        Assert.Equal(inode, Inode.Of(PathOf("server")));
        (IDatagramTransport client, _) = await OpenAsync(new DatagramOptions { RemoteEndPoint = Name("server") });
        client.SendTo("hello"u8);
        await next.ReceivedAsync(1);
    });

    [Fact(DisplayName = "DG-01 A path that is another file by now is kept at the end, and so is every path without CleanupSocket")]
    public void Close_PathReplacedOrToBeKept_IsKept() => Run(async () =>
    {
        var options = new DatagramOptions { LocalEndPoint = Name("server"), UnixMode = (UnixFileMode)0x1b6 };
        (IDatagramTransport transport, var protocol) = await OpenAsync(options);
        Assert.Equal((UnixFileMode)0x1b6, File.GetUnixFileMode(PathOf("server")));
        File.Delete(PathOf("server"));
        await File.WriteAllTextAsync(PathOf("server"), "mine");
        transport.Close();
        await protocol.Lost;
        Assert.Equal("mine", await File.ReadAllTextAsync(PathOf("server")));

        (transport, protocol) = await OpenAsync(options with { LocalEndPoint = Name("kept"), CleanupSocket = false });
        transport.Close();
        await protocol.Lost;
        Assert.True(File.Exists(PathOf("kept")));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DatagramOptions { UnixMode = (UnixFileMode)0x200 });
    });

    [Fact(DisplayName = "DG-01 A Unix socket that is given keeps or loses its path by the same rule")]
    public void Socket_UnixGiven_PathIsRemovedByRule() => Run(async () =>
    {
        foreach (bool cleanup in (bool[])[true, false])
        {
            Socket socket = Owned(new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified));
            socket.Bind(Name("given"));
            (IDatagramTransport transport, var protocol) = await OpenAsync(new DatagramOptions
            {
                Socket = socket,
                CleanupSocket = cleanup
            });
            Assert.Equal(Name("given"), transport.LocalEndPoint);
            transport.Close();
            await protocol.Lost;
            Assert.Equal(!cleanup, File.Exists(PathOf("given")));
        }
    });

    private async Task AssertInUseAsync(string name)
    {
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => OpenAsync(new DatagramOptions { LocalEndPoint = Name(name) }));
        Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private UnixDomainSocketEndPoint Name(string name) => new(PathOf(name));
}
