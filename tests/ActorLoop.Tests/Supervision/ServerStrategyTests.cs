using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using ActorLoop.Tests.Connections;
using Xunit;

namespace ActorLoop.Tests.Supervision;

/// <summary>What becomes of a server whose listening socket fails, and what peers can do to it.</summary>
[Collection(Census.Name)]
public sealed class ServerStrategyTests : ServerTest
{
    [Fact]
    public void Acceptor_Fails_AcceptsAnewOnTheSameSocket() => Run(async () =>
    {
        using Socket socket = Listener(IPAddress.Loopback, 0);
        await using Server server = await Loop.CreateServerAsync(Echo, socket);
        EndPoint endPoint = server.EndPoints[0];
        (RawPeer before, _) = await ConnectAndWaitAsync(server);
        Break(socket);
        await Patience.WaitForAsync(() => ReportCount == 1, "the report");
        Assert.Equal(LoopErrorKind.Actor, TakeReport().Kind);
        Assert.True(server.IsServing);
        Assert.Equal([endPoint], server.EndPoints);
        await AssertEchoesAsync(before);
        await AssertEchoesAsync(Connect(endPoint));
        server.CloseClients();
    });

    [Fact]
    public void Acceptor_FailsTooOften_EndsTheRunOfTheLoop()
    {
        var errors = new RecordedErrors();
        using EventLoop loop = new SelectorEventLoop(options: new EventLoopOptions { ExceptionHandler = errors.Handle });
        using Socket socket = Listener(IPAddress.Loopback, 0);
        Server server = loop.RunUntilComplete(() => loop.CreateServerAsync(() => new RecordingProtocol(), socket));
        int broken = 0;
        Action<EventLoop, LoopExceptionContext> handler = loop.ExceptionHandler!;
        loop.ExceptionHandler = (failed, context) =>
        {
            handler(failed, context);
            // Each restart meets the next fault.
            loop.CallSoon(() => Break(socket));
            broken++;
        };
        loop.CallSoon(() => Break(socket));
        FatalLoopException fatal = Assert.Throws<FatalLoopException>(loop.RunForever);
        Assert.IsType<SocketException>(fatal.InnerException);
        Assert.Equal(11, broken);
        Assert.Contains("Escalate", errors.All[^1].Message, StringComparison.Ordinal);
        server.Close();
    }

    [Fact]
    public void Acceptor_FailsWithStop_ClosesTheServer() => Run(async () =>
    {
        using Socket socket = Listener(IPAddress.Loopback, 0);
        Server server = await Loop.CreateServerAsync(Echo, socket, new ServerOptions { Strategy = SupervisorStrategy.Stopping });
        Break(socket);
        await server.WaitClosedAsync().WaitAsync(Patience.Bound);
        Assert.False(server.IsServing);
        TakeReport();
    });

    [Fact]
    public void Acceptor_FailsTooOftenWithinAWindow_ButNotBeyondIt() => Run(async () =>
    {
        // The budget is counted on the loop's clock: a window that is over is forgotten.
        var strategy = new OneForOneStrategy
        {
            Decider = Decider.From(Directive.Restart),
            MaxRetries = 1,
            Window = TimeSpan.FromMilliseconds(1),
        };
        using Socket socket = Listener(IPAddress.Loopback, 0);
        await using Server server = await Loop.CreateServerAsync(Echo, socket, new ServerOptions { Strategy = strategy });
        for (int i = 1; i <= 3; i++)
        {
            Break(socket);
            await Patience.WaitForAsync(() => ReportCount == i, "the report");
            await Task.Delay(TimeSpan.FromMilliseconds(10), Loop.TimeProvider);
        }

        Assert.True(server.IsServing);
        TakeReports();
    });

    [Fact(DisplayName = "F33 Ten thousand crashes by one peer leave the listener alone")]
    public void Connections_CrashByThousands_LeaveTheListenerAlone()
    {
        CrashConnections(100);
        DescriptorCensus before = DescriptorCensus.Take();
        CrashConnections(10_000);
        // Not everything that is open: the runtime may load an assembly meanwhile.
        Patience.WaitFor(() => !before.NewSince().Exists(open => open.Contains("socket:", StringComparison.Ordinal)), "sockets closed");
    }

    private void CrashConnections(int count) => Run(async () =>
    {
        int lost = 0;
        await using Server server = await Loop.CreateServerAsync(
            () => new Crashing(() => lost++),
            "127.0.0.1",
            0,
            new ServerOptions { ConnectionStrategy = new OneForOneStrategy { ReportFailures = false } });
        EndPoint target = server.EndPoints[0];
        await Task.Run(() => Crash(target, count));
        await Patience.WaitForAsync(() => lost == count && server.ConnectionCount == 0, "all crashed");
        Assert.True(server.IsServing);
        Assert.Equal(count, server.AcceptedCount);
        Assert.Equal(0, ReportCount);
        Assert.Contains("restarts=0", Loop.Describe(), StringComparison.Ordinal);
    });

    private static void Crash(EndPoint target, int count)
    {
        const int Batch = 50;
        var data = new byte[1];
        var batch = new Socket[Batch];
        for (int left = count; left > 0; left -= Batch)
        {
            for (int i = 0; i < Batch; i++)
            {
                batch[i] = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                batch[i].Connect(target);
            }

            foreach (Socket socket in batch)
            {
                _ = socket.Receive(data, 0, 1, SocketFlags.None, out _);
                socket.Dispose();
            }
        }
    }

    /// <summary>Takes the socket out of its listening state, under its server.</summary>
    private static void Break(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.NotConnected)
        {
            // It did not listen any more.
        }
    }

    private sealed class Crashing(Action lost) : Protocol
    {
        public override void ConnectionMade(ITransport transport) => throw new InvalidDataException("crash");

        public override void ConnectionLost(Exception? exception) => lost();
    }
}
