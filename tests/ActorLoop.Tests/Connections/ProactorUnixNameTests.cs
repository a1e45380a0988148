using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

/// <summary>Clients whose names the base class library has no room for: accepting them must cost neither descriptors nor the process.</summary>
[Collection(Census.Name)]
public sealed class ProactorUnixNameTests : LoopTest
{
    private const int Clients = 40;
    private readonly TemporaryFolder _folder = new();

    protected override EventLoop CreateLoop(EventLoopOptions options) => new ProactorEventLoop(options);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _folder.Dispose();
    }

    [Theory(DisplayName = "PR-05 UX-01 A client whose path fills all its room is served, whether it waits or is waited for")]
    [InlineData(true)]
    [InlineData(false)]
    public void Server_OddNames_ServesAndLeavesNothing(bool together)
    {
        Serve(together);
        DescriptorCensus before = DescriptorCensus.Take();
        Serve(together);
        before.WaitUntilNothingNew();
    }

    [Theory(DisplayName = "PR-05 UX-01 So it is by a socket of the user")]
    [InlineData(true)]
    [InlineData(false)]
    public void SocketAccept_OddNames_AcceptsAndLeavesNothing(bool waiting)
    {
        Accept(waiting);
        DescriptorCensus before = DescriptorCensus.Take();
        Accept(waiting);
        before.WaitUntilNothingNew();
    }

    private void Serve(bool together) => Run(async () =>
    {
        string path = _folder.NewPath();
        List<RecordingProtocol> served = [];
        await using Server server = await Loop.CreateUnixServerAsync(
            () =>
            {
                served.Add(Recorder());
                return served[^1];
            },
            path);
        for (int i = 1; i <= Clients; i++)
        {
            using Socket client = Connect(path, i);
            if (!together)
            {
                await Patience.WaitForAsync(() => served.Count == i, "the client is served");
            }
        }

        await Patience.WaitForAsync(() => served.Count == Clients, "all clients are served");
        foreach (RecordingProtocol protocol in served)
        {
            await protocol.Record.Lost;
        }

        Assert.Equal(Clients, server.AcceptedCount);
    });

    private void Accept(bool waiting) => Run(async () =>
    {
        string path = _folder.NewPath();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(Clients);
        listener.Blocking = false;
        for (int i = 0; i < Clients; i++)
        {
            Task<Socket>? early = waiting ? Loop.SocketAcceptAsync(listener).AsTask() : null;
            await TurnsAsync();
            using Socket client = Connect(path, i);
            using Socket accepted = await (early ?? Loop.SocketAcceptAsync(listener).AsTask());
            Assert.Equal(new UnixDomainSocketEndPoint(path), accepted.LocalEndPoint);
            await client.SendAsync(new byte[1]);
            Assert.Equal(1, await Loop.SocketReceiveAsync(accepted, new byte[10]));
        }
    });

    private Socket Connect(string path, int number)
    {
        string name = $"{_folder.NewPath()}-{number}".PadRight(108, 'x');
        Socket client = OddSocket.Bound([.. name.Select(c => (byte)c)]);
        client.Connect(new UnixDomainSocketEndPoint(path));
        return client;
    }
}
