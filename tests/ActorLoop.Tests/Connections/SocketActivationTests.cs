using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

[Collection(Census.Name)]
public sealed class SocketActivationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName =
        "D3 Passed sockets are served by name, TCP and Unix, listening or only bound; the rest is closed; children get none")]
    public async Task Take_PassedSockets_AreServedByName()
    {
        using Socket web = Tcp(listen: true);
        using Socket spare = Tcp(listen: true);
        using Socket bound = Tcp(listen: false);
        string path = _folder.NewPath();
        using var control = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        control.Bind(new UnixDomainSocketEndPoint(path));
        control.Listen();
        EndPoint[] served = [web.LocalEndPoint!, bound.LocalEndPoint!, new UnixDomainSocketEndPoint(path)];
        EndPoint closed = spare.LocalEndPoint!;
        Dictionary<string, string> names = new() { ["LISTEN_FDNAMES"] = "web:spare:web:control" };
        await using ActivatedProcess process =
            await ActivatedProcess.StartAsync([web, spare, bound, control], names, "web", "control", "nobody");
        web.Dispose();
        spare.Dispose();
        bound.Dispose();
        // Not control: .NET would delete its path.
        Assert.Equal(
            [
                "passed web spare web control",
                .. served.Select(endPoint => $"serving {endPoint}"),
                "left spare", "again 0", "variables 0", "child 0 0",
            ],
            process.Lines);
        foreach (EndPoint endPoint in served)
        {
            await EchoAsync(endPoint);
        }

        await Assert.ThrowsAsync<SocketException>(() => EchoAsync(closed));
        await process.StopAsync();
        Assert.True(File.Exists(path));
    }

    [Fact(DisplayName = "D3 Sockets without names are called unknown")]
    public async Task Take_WithoutNames_CallsThemUnknown()
    {
        using Socket socket = Tcp(listen: true);
        await using ActivatedProcess process = await ActivatedProcess.StartAsync([socket], [], SocketActivation.Unnamed);
        Assert.Equal($"serving {socket.LocalEndPoint}", process.Lines[1]);
        await EchoAsync(socket.LocalEndPoint!);
    }

    [Fact(DisplayName = "D3 Variables meant for another process are removed and otherwise ignored")]
    public async Task Take_ForAnotherProcess_FindsNothing()
    {
        using Socket socket = Tcp(listen: true);
        Dictionary<string, string> variables = new() { ["LISTEN_PID"] = "1" };
        await using ActivatedProcess process = await ActivatedProcess.StartAsync([socket], variables, SocketActivation.Unnamed);
        Assert.Equal(["passed ", "left ", "again 0", "variables 0", "child 1 0"], process.Lines);
    }

    [Theory(DisplayName = "D3 Variables that make no sense are named in the exception, and removed")]
    [InlineData("LISTEN_FDS", "two", "LISTEN_FDS is 'two'")]
    [InlineData("LISTEN_FDS", "-1", "LISTEN_FDS is '-1'")]
    [InlineData("LISTEN_FDS", "1000", "LISTEN_FDS promises 1000 descriptors, but")]
    [InlineData("LISTEN_FDNAMES", "one:two", "LISTEN_FDNAMES has 2 names ('one:two') for 1 descriptors")]
    public async Task Take_Nonsense_NamesTheVariable(string name, string value, string message)
    {
        using Socket socket = Tcp(listen: true);
        await using ActivatedProcess process = await ActivatedProcess.StartAsync([socket], new() { [name] = value });
        Assert.StartsWith($"failed {message}", process.Lines[0], StringComparison.Ordinal);
        Assert.Equal("variables 0", process.Lines[1]);
    }

    [Fact(DisplayName = "D3 A process that was passed nothing finds nothing")]
    public void Take_NothingPassed_IsEmpty()
    {
        using SocketActivation activation = SocketActivation.Take();
        Assert.Empty(activation.Names);
        Assert.Empty(activation.ClaimAll());
        Assert.Empty(activation.Claim("any"));
    }

    private static Socket Tcp(bool listen)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (listen)
        {
            socket.Listen();
        }

        return socket;
    }

    private static async Task EchoAsync(EndPoint endPoint)
    {
        using var client = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(endPoint);
        using var peer = new RawPeer(client);
        await peer.SendAsync("ping"u8.ToArray());
        Assert.Equal("ping"u8.ToArray(), await peer.ReceiveAsync(4).WaitAsync(Patience.Bound));
    }
}
