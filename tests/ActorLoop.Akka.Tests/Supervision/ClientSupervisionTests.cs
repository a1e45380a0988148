using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ActorLoop.Akka.Tests.Kit;
using ActorLoop.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorLoop.Akka.Tests.Supervision;

public sealed class ClientSupervisionTests : AkkaTest
{
    private static readonly SupervisedClientOptions s_quick = new()
    {
        Name = "upstream",
        MinBackoff = TimeSpan.FromMilliseconds(1),
        MaxBackoff = TimeSpan.FromMilliseconds(20),
    };

    private readonly ConcurrentQueue<NumberingProtocol> _protocols = new();

    [Fact(DisplayName = "AK-60 A client that is reset reconnects after a back-off, with a new protocol and the same actor")]
    public async Task Client_WhoseConnectionIsReset_Reconnects()
    {
        using Socket listener = Listen();
        IActorRef client = await CreateAsync(listener, s_quick);
        Assert.Equal($"/user/actorloop/loop-{Loop.Name}/client-upstream", client.Path.ToStringWithoutAddress());
        for (int i = 1; i <= 4; i++)
        {
            using var peer = new RawPeer(await AcceptAsync(listener));
            Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
            Assert.Equal(i, _protocols.Count);
            peer.Reset();
        }

        Assert.All(_protocols.Take(3), protocol => Assert.IsType<SocketException>(protocol.Lost.Task.Result));
        Assert.Equal(client, await System.ActorSelection(client.Path).ResolveOne(Patience.Bound));
    }

    [Fact(DisplayName = "AK-61 A client whose server is not there yet goes on trying")]
    public async Task Client_WithoutAServer_GoesOnTrying()
    {
        int port;
        using (Socket reserved = Listen())
        {
            port = ((IPEndPoint)reserved.LocalEndPoint!).Port;
        }

        int failures = 0;
        await Extension.CreateClientAsync(Loop, NumberingProtocol.Into(_protocols), "127.0.0.1", port, s_quick with
        {
            Strategy = new AkkaOneForOne(failure =>
            {
                Assert.IsType<ConnectionLostException>(failure);
                Interlocked.Increment(ref failures);
                return AkkaDirective.Restart;
            }),
        });
        await Patience.WaitForAsync(() => Volatile.Read(ref failures) >= 3, "three attempts");
        using Socket listener = Listen(port);
        using var peer = new RawPeer(await AcceptAsync(listener));
        Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
    }

    [Fact(DisplayName = "AK-62 A protocol of a client that throws: Restart reconnects, ConnectionLost gets the error")]
    public async Task Client_WhoseProtocolThrows_Reconnects()
    {
        using Socket listener = Listen();
        await CreateAsync(listener, s_quick);
        using (var peer = new RawPeer(await AcceptAsync(listener)))
        {
            await peer.SendAsync("!"u8.ToArray());
            await peer.EndedByResetAsync().WaitAsync(Patience.Bound);
        }

        using var next = new RawPeer(await AcceptAsync(listener));
        Assert.Equal("a1", await next.ExchangeAsync("a", 2));
        Assert.IsType<InvalidOperationException>(await _protocols.First().Lost.Task.WaitAsync(Patience.Bound));
        Assert.Equal(1, _protocols.First().LostCalls);
    }

    [Fact(DisplayName = "AK-63 A connection that ends in order stops the client, unless it shall reconnect then, too")]
    public async Task Client_WhoseConnectionEndsInOrder_StopsOrReconnects()
    {
        using Socket listener = Listen();
        Probe probe = NewProbe();
        IActorRef once = await CreateAsync(listener, s_quick);
        await probe.WatchAsync(once);
        new RawPeer(await AcceptAsync(listener)).Dispose();
        await probe.ExpectTerminatedAsync();
        IActorRef always = await CreateAsync(listener, s_quick with { Name = "always", ReconnectAfterClose = true });
        await probe.WatchAsync(always);
        new RawPeer(await AcceptAsync(listener)).Dispose();
        using var next = new RawPeer(await AcceptAsync(listener));
        Assert.Equal("a1", await next.ExchangeAsync("a", 2));
        Assert.False(probe.HasMessage);
    }

    [Fact(DisplayName = "AK-64 Stopping a client ends its connection, and an attempt that is under way")]
    public async Task Client_Stopped_EndsItsConnection()
    {
        using Socket listener = Listen();
        Probe probe = NewProbe();
        IActorRef client = await CreateAsync(listener, s_quick);
        using var peer = new RawPeer(await AcceptAsync(listener));
        Assert.Equal("a1", await peer.ExchangeAsync("a", 2));
        await probe.WatchAsync(client);
        System.Stop(client);
        await probe.ExpectTerminatedAsync();
        await peer.EndedByResetAsync().WaitAsync(Patience.Bound);
        // The first step of an attempt is over when the actor is stopped at once, or it never begins; nothing is left of either.
        IActorRef brief = await CreateAsync(listener, s_quick with { Name = "brief" });
        await probe.WatchAsync(brief);
        System.Stop(brief);
        await probe.ExpectTerminatedAsync();
        await Patience.WaitForAsync(() => OnLoopAsync(() => Loop.Statistics.ActiveTasks).Result == 0, "no attempt left");
    }

    [Fact(DisplayName = "AK-65 Stop instead of Restart: the client gives up at the first error")]
    public async Task Client_WithStop_GivesUp()
    {
        using Socket listener = Listen();
        Probe probe = NewProbe();
        IActorRef client = await CreateAsync(listener, s_quick with { Strategy = new AkkaOneForOne(_ => AkkaDirective.Stop) });
        await probe.WatchAsync(client);
        new RawPeer(await AcceptAsync(listener)).Reset();
        await probe.ExpectTerminatedAsync();
    }

    [Fact(DisplayName = "AK-66 Bad options of a client are refused before anything is opened")]
    public async Task Options_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SupervisedClientOptions { MinBackoff = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SupervisedClientOptions { MaxBackoff = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SupervisedClientOptions { RandomFactor = double.NaN });
        await Assert.ThrowsAsync<ArgumentException>(() => Extension.CreateClientAsync(
            Loop, NumberingProtocol.Into(_protocols), "h", 1, new SupervisedClientOptions { MaxBackoff = TimeSpan.FromTicks(1) }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Extension.CreateClientAsync(Loop, NumberingProtocol.Into(_protocols), "h", 0));
    }

    private static Socket Listen(int port = 0)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        return listener;
    }

    private static Task<Socket> AcceptAsync(Socket listener) => listener.AcceptAsync().WaitAsync(Patience.Bound);

    private Task<IActorRef> CreateAsync(Socket listener, SupervisedClientOptions options) => Extension.CreateClientAsync(
        Loop, NumberingProtocol.Into(_protocols), "127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port, options);
}
