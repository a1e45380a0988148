using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

[Collection(Census.Name)]
public sealed class ConnectCancellationTests : ServerTest
{
    [Fact(DisplayName = "CC-11 Two hundred connection attempts that hang are canceled and leave nothing open")]
    public void Cancel_WhileConnecting_LeavesNothing() => Run(async () =>
    {
        using var hole = new BlackHole();
        await CancelAttemptsAsync(hole, 10);
        DescriptorCensus before = DescriptorCensus.Take();
        await CancelAttemptsAsync(hole, 200);
        Assert.Equal(0, Loop.Statistics.Descriptors);
        before.WaitUntilNothingNew();
    });

    [Fact(DisplayName = "CC-11 An attempt is given up at the address that hangs, also when more addresses follow")]
    public void Cancel_AtTheFirstOfSeveral_TriesNoOther() => Run(async () =>
    {
        using var hole = new BlackHole(SeveralAddresses.Addresses[0]);
        await using Server server = await Loop.CreateServerAsync(Echo, SeveralAddresses.Addresses[1].ToString(), hole.Port);
        using var cancellation = new CancellationTokenSource();
        Task attempt = Loop.CreateConnectionAsync(
            Recorder, SeveralAddresses.Name, hole.Port, cancellationToken: cancellation.Token);
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
    public void Cancel_AtEachPoint_LeavesNothing(string point) => Run(async () =>
    {
        await using Server server = await ServeAsync();
        int port = ((IPEndPoint)server.EndPoints[0]).Port;
        await CancelAtAsync(point, port);
        await Patience.WaitForAsync(() => server.ConnectionCount == 0, "the first end");
        DescriptorCensus before = DescriptorCensus.Take();
        for (int i = 0; i < 20; i++)
        {
            await CancelAtAsync(point, port);
        }

        await Patience.WaitForAsync(() => Loop.Statistics.Descriptors == 1, "only the server is left");
        before.WaitUntilNothingNew();
    });

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
    public void Connect_Refused_LeavesNothing() => Run(async () =>
    {
        int port = FreePort();
        for (int i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<SocketException>(() => Loop.CreateConnectionAsync(Recorder, "127.0.0.1", port));
        }

        DescriptorCensus before = DescriptorCensus.Take();
        for (int i = 0; i < 100; i++)
        {
            await Assert.ThrowsAsync<SocketException>(() => Loop.CreateConnectionAsync(Recorder, "127.0.0.1", port));
        }

        before.WaitUntilNothingNew();
    });

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
            point == "name" ? "localhost" : "127.0.0.1",
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
