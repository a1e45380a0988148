using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

/// <summary>
/// Clients whose names the base class library has no room for: accepting them must cost neither descriptors nor the process.
/// </summary>
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

    private Socket Connect(string path, int number)
    {
        string name = $"{_folder.NewPath()}-{number}".PadRight(108, 'x');
        Socket client = OddSocket.Bound([.. name.Select(c => (byte)c)]);
        client.Connect(new UnixDomainSocketEndPoint(path));
        return client;
    }
}
