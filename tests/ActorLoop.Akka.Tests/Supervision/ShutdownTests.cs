using System.Net;
using System.Net.Sockets;
using ActorLoop.Akka.Tests.Kit;
using ActorLoop.TestKit;
using Akka;
using Akka.Actor;
using Xunit;

namespace ActorLoop.Akka.Tests.Supervision;

public sealed class ShutdownTests : AkkaTest
{
    [Fact(DisplayName = "AK-80 Coordinated shutdown: unbind, drain, abort, stop the loops, each in its phase")]
    public async Task Shutdown_OfTheSystem_GoesThroughItsPhases()
    {
        var group = new EventLoopGroup(2);
        Extension.StopWithSystem(group);
        // More than the system buffers, so that it is the drain that the end of it waits for.
        byte[] much = TestBytes.Make(30_000_000);
        var protocol = new RecordingProtocol();
        protocol.Record.OnMade = transport => transport.Write(much);
        SupervisedServer server = await Extension.CreateServerAsync(group, () => protocol, "127.0.0.1", 0, new SupervisedServerOptions
        {
            Server = new ServerOptions { WriteBufferLimits = new WriteBufferLimits(cap: 64_000_000) },
        });
        using RawPeer peer = server.Connect();
        await protocol.Record.Made.WaitAsync(Patience.Bound);
        var seen = new List<string>();
        CoordinatedShutdown shutdown = CoordinatedShutdown.Get(System);
        Look(shutdown, CoordinatedShutdown.PhaseServiceUnbind, () => $"{IsOpen(server)} {server.ConnectionCount} {Alive(group)}");
        Look(shutdown, CoordinatedShutdown.PhaseBeforeClusterShutdown, () => $"{IsOpen(server)} {server.ConnectionCount} {Alive(group)}");
        Look(shutdown, CoordinatedShutdown.PhaseActorSystemTerminate, () => $"{IsOpen(server)} {server.ConnectionCount} {Alive(group)}");
        Task<Done> done = shutdown.Run(CoordinatedShutdown.UnknownReason.Instance);
        Assert.Equal(much, await peer.ReceiveToEndAsync().WaitAsync(Patience.Bound));
        await done.WaitAsync(Patience.Bound);
        // The first look is at the same time as the closing of the socket.
        Assert.Equal(["False 0 2", "False 0 0"], seen.Skip(1));
        Assert.Null(await protocol.Record.Lost.WaitAsync(Patience.Bound));
        Assert.True(System.WhenTerminated.IsCompleted);

        void Look(CoordinatedShutdown of, string phase, Func<string> look) => of.AddTask(phase, "look", () =>
        {
            seen.Add(look());
            return Task.FromResult(Done.Instance);
        });
    }

    [Fact(DisplayName = "AK-81 Connections that do not drain within the phase are aborted in the next")]
    public async Task Shutdown_WithAPeerThatReadsNothing_AbortsIt()
    {
        ActorSystem system = CreateSystem(
            "akka.coordinated-shutdown.phases.service-requests-done { timeout = 100ms }");
        var protocol = new RecordingProtocol();
        protocol.Record.OnMade = transport => transport.Write(TestBytes.Make(20_000_000));
        SupervisedServer server = await ActorLoopExtension.Get(system).CreateServerAsync(
            Loop,
            () => protocol,
            "127.0.0.1",
            0,
            new SupervisedServerOptions
            {
                Server = new ServerOptions { WriteBufferLimits = new WriteBufferLimits(cap: 64_000_000) },
            });
        using RawPeer peer = server.Connect();
        await protocol.Record.Made.WaitAsync(Patience.Bound);
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience.Bound);
        Assert.True(protocol.Record.Lost.IsCompleted);
        Assert.Equal(1, protocol.Record.Calls.Count(call => call == "lost"));
        Assert.True(Loop.IsRunning);
    }

    [Fact(DisplayName = "AK-82 Terminating the system stops servers, clients and the loops it started")]
    public async Task Terminate_WithServersAndClients_StopsAll()
    {
        EventLoop own = Extension.AddLoop(() => StartLoop());
        SupervisedServer server = await Extension.CreateServerAsync(own, () => new NumberingProtocol(), "127.0.0.1", 0);
        await Extension.CreateClientAsync(own, () => new NumberingProtocol(), "127.0.0.1", ((IPEndPoint)server.EndPoints[0]).Port);
        await Patience.WaitForAsync(() => server.ConnectionCount == 1, "connection");
        await System.Terminate().WaitAsync(Patience.Bound);
        Assert.True(own.IsClosed);
        Assert.Equal(0, server.ConnectionCount);
        Assert.False(IsOpen(server));
        Assert.Empty(Reports);
    }

    [Fact(DisplayName = "AK-83 A thousand open connections drain within the phase, each told once")]
    public async Task Shutdown_WithAThousandConnections_TellsEachOnce()
    {
        const int Count = 1000;
        int lost = 0;
        SupervisedServer server = await Extension.CreateServerAsync(
            Loop,
            () => new NumberingProtocol { OnLost = () => Interlocked.Increment(ref lost) },
            "127.0.0.1",
            0,
            new SupervisedServerOptions { Server = new ServerOptions { Backlog = Count } });
        var peers = new List<RawPeer>();
        for (int i = 0; i < Count; i++)
        {
            peers.Add(server.Connect());
        }

        await Patience.WaitForAsync(() => server.ConnectionCount == Count, "all connected");
        await CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.UnknownReason.Instance).WaitAsync(Patience.Bound);
        Assert.Equal(Count, lost);
        peers.ForEach(peer => peer.Dispose());
    }

    private static int Alive(EventLoopGroup group) => group.Loops.Count(loop => !loop.IsClosed);

    private static bool IsOpen(SupervisedServer server)
    {
        try
        {
            using RawPeer peer = server.Connect();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
