using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

[Collection(Census.Name)]
public class ConnectCancellationTests : ServerTest
{
    [Fact(DisplayName = "CC-11 Two hundred connection attempts that hang are canceled and leave nothing open")]
    public void Cancel_WhileConnecting_LeavesNothing() => DescriptorCensus.NothingLeftBy(() => Run(async () =>
    {
        using var hole = new BlackHole();
        await CancelAttemptsAsync(hole, 200);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    }));

    [Fact(DisplayName = "CC-11 An attempt is given up at the address that hangs, also when more addresses follow")]
    public void Cancel_AtTheFirstOfSeveral_TriesNoOther() => Run(async () =>
    {
        using var hole = new BlackHole(TestResolver.Addresses[0]);
        await using Server server = await Loop.CreateServerAsync(Echo, TestResolver.Addresses[1].ToString(), hole.Port);
        using var cancellation = new CancellationTokenSource();
        Task attempt = Loop.CreateConnectionAsync(
            Recorder, TestResolver.Several, hole.Port, cancellationToken: cancellation.Token);
        await Patience.WaitForAsync(() => Loop.Statistics.Descriptors == 2, "the first attempt");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
        await TurnsAsync();
        Assert.Equal((0L, 1), (server.AcceptedCount, Loop.Statistics.Descriptors));
    });

    [Theory(DisplayName = "CC-11 Canceling before, at the name, in the factory or in ConnectionMade closes everything")]
    [InlineData("before")]
    [InlineData("name")]
    [InlineData("factory")]
    [InlineData("made")]
    public void Cancel_AtEachPoint_LeavesNothing(string point) => DescriptorCensus.NothingLeftBy(() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        for (int i = 0; i < 20; i++)
        {
            await CancelAtAsync(point, ((IPEndPoint)server.EndPoints[0]).Port);
        }

        await Patience.WaitForAsync(() => Loop.Statistics.Descriptors == 1, "only the server is left");
    }));

    [Fact(DisplayName = "CC-11 Canceling the wait of a connected socket ends the connection")]
    public void Cancel_ConnectedSocket_ClosesIt() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        RecordingProtocol protocol = Recorder();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Loop.CreateConnectionAsync(
            () => protocol, peer.Socket, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Null(await record.Lost);
    });

    [Fact(DisplayName = "CC-11 Attempts that fail leave nothing open")]
    public void Connect_Refused_LeavesNothing() => DescriptorCensus.NothingLeftBy(() => Run(async () =>
    {
        int port = FreePort();
        for (int i = 0; i < 50; i++)
        {
            await Assert.ThrowsAsync<SocketException>(() => Loop.CreateConnectionAsync(Recorder, "127.0.0.1", port));
        }
    }));

    private async Task CancelAttemptsAsync(BlackHole hole, int count)
    {
        using var cancellation = new CancellationTokenSource();
        Task[] attempts = [.. Enumerable.Range(0, count).Select(
            _ => Loop.CreateConnectionAsync(Recorder, "127.0.0.1", hole.Port, cancellationToken: cancellation.Token))];
        await TurnsAsync();
        Assert.Equal(count, Loop.Statistics.Descriptors);
        await cancellation.CancelAsync();
        foreach (Task attempt in attempts)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
        }
    }

    private async Task CancelAtAsync(string point, int port)
    {
        using var cancellation = new CancellationTokenSource();
        if (point == "before")
        {
            await cancellation.CancelAsync();
        }

        RecordingProtocol protocol = Recorder();
        protocol.Record.OnMade = _ =>
        {
            if (point == "made")
            {
                cancellation.Cancel();
            }
        };
        Task attempt = Loop.CreateConnectionAsync(
            () =>
            {
                if (point == "factory")
                {
                    cancellation.Cancel();
                }

                return protocol;
            },
            point == "name" ? TestResolver.Hanging : "127.0.0.1",
            port,
            cancellationToken: cancellation.Token);
        if (point == "name")
        {
            await cancellation.CancelAsync();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
        if (point == "made")
        {
            Assert.Null(await protocol.Record.Lost);
        }
        else
        {
            await TurnsAsync();
            Assert.False(protocol.Record.Made.IsCompleted);
        }
    }
}
