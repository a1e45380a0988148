using ActorLoop.TestKit;
using ActorLoop.Tests.Connections;
using Xunit;

namespace ActorLoop.Tests.Supervision;

/// <summary>Connections, servers, loops and groups as nodes that can be named, waited for and ended.</summary>
public sealed class PartActorTests : ServerTest
{
    [Fact]
    public void Connections_HaveAPlaceInTheTree() => Run(async () =>
    {
        await using Server server = await ServeAsync(new ServerOptions { Name = "echo" });
        (RawPeer first, ProtocolRecord one) = await ConnectAndWaitAsync(server);
        (_, ProtocolRecord two) = await ConnectAndWaitAsync(server);
        Assert.Equal($"{Loop.Name}/echo", server.Actor.Path);
        Assert.Equal("echo", server.Actor.Name);
        Assert.Equal($"{Loop.Name}/echo/conn-1", one.Transport.Actor.Path);
        Assert.Equal($"{Loop.Name}/echo/conn-2", two.Transport.Actor.Path);
        Assert.Equal("conn-2", two.Transport.Actor.Name);
        Assert.Equal(2, two.Transport.Actor.Uid);
        Assert.Same(Loop, two.Transport.Actor.Loop);
        Assert.Same(one.Transport.Actor, one.Transport.Actor);
        Assert.Equal(Loop.Name, Loop.Actor.Path);

        (ITransport client, _) = await Loop.CreateConnectionAsync(Recorder, "127.0.0.1", Port(server));
        Assert.Equal($"{Loop.Name}/client-1", client.Actor.Path);
        client.Abort();
        first.Dispose();
        server.CloseClients();
    });

    [Fact]
    public void Connection_Ends_ItsNodeAfterConnectionLost() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        ActorRef actor = record.Transport.Actor;
        bool? endedBefore = null;
        record.OnLost = _ => endedBefore = actor.IsTerminated;
        Task ended = actor.WaitTerminatedAsync(TestContext.Current.CancellationToken);
        Assert.False(ended.IsCompleted);
        string path = actor.Path;
        peer.Dispose();
        await ended.WaitAsync(Patience.Bound);
        Assert.False(endedBefore);
        Assert.True(actor.IsTerminated);
        Assert.Equal(path, actor.Path);
        Assert.Equal("conn-1", actor.Name);
    });

    [Fact]
    public void Actor_OfAConnectionThatHasEnded_HasEnded() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        peer.Dispose();
        await record.Lost;
        await TurnsAsync();
        Assert.True(record.Transport.Actor.IsTerminated);
        await record.Transport.Actor.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Bound);
        record.Transport.Actor.Kill();
        Assert.EndsWith("/conn-1", record.Transport.Actor.Path, StringComparison.Ordinal);
    });

    [Fact]
    public void StopAsync_OfAConnection_ClosesItInOrder() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        byte[] data = TestBytes.Make(100_000);
        record.Transport.Write(data);
        Task stopped = Task.Run(() => record.Transport.Actor.StopAsync(), TestContext.Current.CancellationToken);
        Assert.Equal(data, await peer.ReceiveToEndAsync());
        await stopped.WaitAsync(Patience.Bound);
        Assert.Null(await record.Lost);
    });

    [Fact]
    public void Kill_OfAConnection_AbortsIt() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server, smallBuffers: true);
        record.Transport.Write(new byte[3 << 20]);
        Assert.True(record.Transport.WriteBufferSize > 0);
        await Task.Run(record.Transport.Actor.Kill, TestContext.Current.CancellationToken);
        Assert.Null(await record.Lost);
        await record.Transport.Actor.WaitTerminatedAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Bound);
        peer.Dispose();
    });

    [Fact]
    public void StopAsync_OfAServer_EndsItsConnectionsFirst() => Run(async () =>
    {
        Server server = await ServeAsync();
        await ConnectAndWaitAsync(server);
        await ConnectAndWaitAsync(server);
        ActorRef connection = Accepted[0].Transport.Actor;
        bool? first = null;
        _ = server.Actor.WaitTerminatedAsync(TestContext.Current.CancellationToken)
            .ContinueWith(_ => first = connection.IsTerminated, TaskScheduler.Default);
        await server.Actor.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Bound);
        await Patience.WaitForAsync(() => first is not null, "the end of the server");
        Assert.True(first);
        Assert.Equal(0, server.ConnectionCount);
        Assert.All(Accepted, record => Assert.True(record.Lost.IsCompleted));
        await server.WaitClosedAsync(TestContext.Current.CancellationToken);
    });

    [Fact]
    public void Kill_OfAServer_AbortsItsConnections() => Run(async () =>
    {
        Server server = await ServeAsync();
        (_, ProtocolRecord record) = await ConnectAndWaitAsync(server, smallBuffers: true);
        record.Transport.Write(new byte[3 << 20]);
        server.Actor.Kill();
        await server.Actor.WaitTerminatedAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Bound);
        Assert.Null(await record.Lost);
    });

    [Fact]
    public async Task Group_HasNodesForItsParts()
    {
        await using var group = new EventLoopGroup(2, new EventLoopGroupOptions { Name = "edge" });
        Server server = await group.CreateServerAsync(
            () => new RecordingProtocol(), "127.0.0.1", 0, new ServerOptions { Name = "echo" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("edge", group.Actor.Path);
        Assert.Equal("edge/echo", server.Actor.Path);
        Assert.Equal("edge/loop-1", group.Loops[1].Actor.Path);
        ActorRef loop = group.Loops[0].Actor;
        await group.Actor.StopAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Bound, TestContext.Current.CancellationToken);
        Assert.True(server.Actor.IsTerminated);
        Assert.True(loop.IsTerminated);
        Assert.Equal("edge/loop-0", loop.Path);
    }

    [Fact]
    public void Node_OfAConnection_IsSmall() => Run(async () =>
    {
        const int Connections = 100;
        await using Server server = await ServeAsync();
        var transports = new ITransport[Connections];
        for (int i = 0; i < Connections; i++)
        {
            (_, ProtocolRecord record) = await ConnectAndWaitAsync(server);
            transports[i] = record.Transport;
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (ITransport transport in transports)
        {
            _ = transport.Actor;
        }

        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Connections;
        Assert.InRange(each, 1, 120);
        server.AbortClients();
    });

    private static int Port(Server server) => ((System.Net.IPEndPoint)server.EndPoints[0]).Port;
}
