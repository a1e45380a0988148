using System.Net.Sockets;
using System.Runtime.Versioning;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

public class UnixServerTests : LoopTest
{
    private const UnixFileMode UserOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly TemporaryFolder _folder = new();

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Dispose();
    }

    [Fact(DisplayName = "UX-04 F27 A socket that a dead server left is replaced")]
    public void Path_OfADeadServer_IsTakenOver() => Run(async () =>
    {
        string path = _folder.NewPath();
        DeadSocket.Leave(path);
        await using Server server = await Loop.CreateUnixServerAsync(Recorder, path);
        await ConnectAndCloseAsync(path);
    });

    [Theory(DisplayName = "UX-06 F27 A live server keeps its path, whatever state it is in")]
    [InlineData("serving")]
    [InlineData("not serving yet")]
    [InlineData("queue full")]
    [InlineData("datagrams")]
    public void Path_OfALiveServer_IsNotTaken(string state) => Run(async () =>
    {
        string path = _folder.NewPath();
        using var other = new Socket(
            AddressFamily.Unix, state == "datagrams" ? SocketType.Dgram : SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(path));
        if (state is "serving" or "queue full")
        {
            other.Listen(1);
        }

        for (int i = 0; i < 2 && state == "queue full"; i++)
        {
            await Loop.CreateUnixConnectionAsync(Recorder, path);
        }

        ulong before = Inode.Of(path);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => Loop.CreateUnixServerAsync(Recorder, path));
        Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
        Assert.Contains($"'{path}': a live socket has it", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, Inode.Of(path));
    });

    [Fact(DisplayName = "UX-06 A server of this loop that does not serve yet keeps its path, and one that serves keeps serving")]
    public void Path_OfOurOwnServer_IsNotTaken() => Run(async () =>
    {
        string path = _folder.NewPath();
        await using Server waiting = await Loop.CreateUnixServerAsync(Recorder, path, new UnixServerOptions { StartServing = false });
        await Assert.ThrowsAsync<SocketException>(() => Loop.CreateUnixConnectionAsync(Recorder, path));
        await Assert.ThrowsAsync<SocketException>(() => Loop.CreateUnixServerAsync(Recorder, path));
        await waiting.StartServingAsync();
        await Assert.ThrowsAsync<SocketException>(() => Loop.CreateUnixServerAsync(Recorder, path));
        await ConnectAndCloseAsync(path);
    });

    [Theory(DisplayName = "UX-04 F27 What is no socket is left alone, links are not followed, and the message names the path")]
    [InlineData("file", "a regular file")]
    [InlineData("directory", "a directory")]
    [InlineData("link to a dead socket", "a symbolic link")]
    [InlineData("link to nothing", "a symbolic link")]
    public void Path_OfSomethingElse_IsLeftAlone(string what, string named) => Run(async () =>
    {
        string path = _folder.NewPath();
        string target = _folder.NewPath();
        switch (what)
        {
            case "file":
                await File.WriteAllTextAsync(path, "precious");
                break;
            case "directory":
                Directory.CreateDirectory(path);
                break;
            case "link to a dead socket":
                DeadSocket.Leave(target);
                File.CreateSymbolicLink(path, target);
                break;
            default:
                File.CreateSymbolicLink(path, target);
                break;
        }

        ulong before = Inode.Of(path);
        bool existed = File.Exists(target);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => Loop.CreateUnixServerAsync(Recorder, path));
        Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
        Assert.Contains($"'{path}': {named}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, Inode.Of(path));
        Assert.Equal(existed, File.Exists(target));
        Assert.Equal(0, Loop.Statistics.Descriptors);
    });

    [Fact(DisplayName = "UX-04 Another reason not to bind is told as it is, and the socket is closed")]
    public void Path_InNoDirectory_Fails() => Run(async () =>
    {
        string path = Path.Combine(_folder.Path, "missing", "s");
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => Loop.CreateUnixServerAsync(Recorder, path));
        Assert.NotEqual(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    });

    [Theory(DisplayName = "F27 The path has the mode that was asked for, 0600 by default, whatever the umask")]
    [InlineData(null)]
    [InlineData(0x1b0)]
    [InlineData(0x1b6)]
    [InlineData(0x1ff)]
    [UnsupportedOSPlatform("windows")]
    public void Mode_OfThePath_IsTheOneAskedFor(int? mode) => Run(async () =>
    {
        string path = _folder.NewPath();
        UnixServerOptions options = mode is { } given ? new() { Mode = (UnixFileMode)given } : new();
        await using Server server = await Loop.CreateUnixServerAsync(Recorder, path, options);
        Assert.Equal(mode is null ? UserOnly : (UnixFileMode)mode, File.GetUnixFileMode(path));
    });

    [Fact(DisplayName = "F27 A mode with other than permission bits is refused")]
    public void Mode_WithOtherBits_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(
        nameof(UnixServerOptions.Mode), () => new UnixServerOptions { Mode = UserOnly | UnixFileMode.SetUser });

    [Fact(DisplayName = "UX-05 The close removes the path; connections stay open")]
    public void Close_OwnPath_RemovesIt() => Run(async () =>
    {
        string path = _folder.NewPath();
        RecordingProtocol accepted = Recorder();
        Server server = await Loop.CreateUnixServerAsync(() => accepted, path);
        (ITransport transport, RecordingProtocol client) = await Loop.CreateUnixConnectionAsync(Recorder, path);
        await accepted.Record.Made;
        server.Close();
        Assert.False(File.Exists(path));
        Assert.Empty(server.EndPoints);
        accepted.Record.Transport.Write("still here"u8);
        await client.Record.ReceivedAsync(10);
        transport.Close();
        await server.WaitClosedAsync();
    });

    [Theory(DisplayName = "UX-05 A path that was replaced, removed or is not to be cleaned up is left as it is")]
    [InlineData("replaced by a file")]
    [InlineData("replaced by another server")]
    [InlineData("removed")]
    [InlineData("no cleanup")]
    public void Close_PathOfOthers_LeavesIt(string what) => Run(async () =>
    {
        string path = _folder.NewPath();
        Server server = await Loop.CreateUnixServerAsync(Recorder, path, new UnixServerOptions { CleanupSocket = what != "no cleanup" });
        Server? next = null;
        if (what != "no cleanup")
        {
            File.Delete(path);
        }

        if (what == "replaced by a file")
        {
            await File.WriteAllTextAsync(path, "precious");
        }
        else if (what == "replaced by another server")
        {
            next = await Loop.CreateUnixServerAsync(Recorder, path);
        }

        await server.DisposeAsync();
        Assert.Equal(what != "removed", File.Exists(path));
        if (next is not null)
        {
            await ConnectAndCloseAsync(path);
            await next.DisposeAsync();
        }
    });

    [Fact(DisplayName = "UX-05 A loop that is closed removes the paths of its servers")]
    public void LoopClose_WithAServer_RemovesThePath()
    {
        string path = _folder.NewPath();
        Run(async () => await Loop.CreateUnixServerAsync(Recorder, path));
        Assert.False(File.Exists(path));
    }

    [Theory(DisplayName =
        "UX-05 A socket that somebody else bound: its path is removed, unless it was replaced or is not to be cleaned up")]
    [InlineData("own")]
    [InlineData("no cleanup")]
    [InlineData("replaced")]
    [InlineData("plain server")]
    public void Close_AdoptedSocket_TreatsItsPathLikewise(string what) => Run(async () =>
    {
        string path = _folder.NewPath();
        Server server = await AdoptAsync(path, what);
        await ConnectAndCloseAsync(path);
        if (what == "replaced")
        {
            File.Delete(path);
            await File.WriteAllTextAsync(path, "precious");
        }

        await server.DisposeAsync();

        // .NET would delete the path also when it finalizes the socket.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(what != "own", File.Exists(path));
    });

    [Fact(DisplayName = "UX-07 An abstract name is not looked for among the files, and the second server does not get it")]
    public void AbstractName_InUse_IsRefused() => Run(async () =>
    {
        string file = _folder.NewPath();
        await File.WriteAllTextAsync(file, "precious");
        string name = $"\0{file}";
        Server server = await Loop.CreateUnixServerAsync(Recorder, name);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => Loop.CreateUnixServerAsync(Recorder, name));
        Assert.Equal(SocketError.AddressAlreadyInUse, failure.SocketErrorCode);
        Assert.Contains($"'@{file}'", failure.Message, StringComparison.Ordinal);
        await server.DisposeAsync();
        Assert.True(File.Exists(file));
        await using Server again = await Loop.CreateUnixServerAsync(Recorder, name);
    });

    [Fact(DisplayName = "UX-06 Of many servers that find the same dead socket at once exactly one gets it, and serves")]
    public void DeadPath_FoundByMany_GoesToOne()
    {
        for (int round = 0; round < 100; round++)
        {
            using var rivals = new RivalServers(_folder.NewPath(), count: 4);
            Assert.Equal(1, rivals.Winners);
            rivals.Connect();
        }
    }

    [Theory(DisplayName = "UX-01 A group serves a Unix socket over its loops, bound by itself or by somebody else")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Group_UnixServer_SpreadsConnections(bool adopted)
    {
        string path = _folder.NewPath();
        var loops = new HashSet<EventLoop>();
        await using (var group = new EventLoopGroup(2))
        {
            RecordingProtocol Make()
            {
                var protocol = new RecordingProtocol();
                protocol.Record.OnMade = transport =>
                {
                    lock (loops)
                    {
                        loops.Add(transport.Loop);
                    }

                    transport.Write("!"u8);
                };
                return protocol;
            }

            Server server = adopted
                ? await group.CreateServerAsync(Make, BoundSocket(path))
                : await group.CreateUnixServerAsync(Make, path);
            List<Socket> clients = [];
            for (int i = 0; i < 4; i++)
            {
                var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await client.ConnectAsync(new UnixDomainSocketEndPoint(path));
                clients.Add(client);
                Assert.Equal(1, await client.ReceiveAsync(new byte[1]));
            }

            Assert.Equal(2, loops.Count);
            Assert.Equal(4, server.ConnectionCount);
            clients.ForEach(client => client.Dispose());
            await group.StopAsync(Patience.Bound);
        }

        Assert.Equal(adopted, File.Exists(path));
    }

    private static Socket BoundSocket(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    /// <summary>In a method of its own, so that nothing keeps the socket object alive but the server.</summary>
    private Task<Server> AdoptAsync(string path, string what) => what == "plain server"
        ? Loop.CreateServerAsync(Recorder, BoundSocket(path))
        : Loop.CreateUnixServerAsync(Recorder, BoundSocket(path), new UnixServerOptions { CleanupSocket = what != "no cleanup" });

    private async Task ConnectAndCloseAsync(string path)
    {
        (ITransport transport, RecordingProtocol client) = await Loop.CreateUnixConnectionAsync(Recorder, path);
        transport.Close();
        await client.Record.Lost;
    }
}
