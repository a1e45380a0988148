using ActorLoop.TestKit;
using ActorLoop.Tests.Connections;
using Xunit;

namespace ActorLoop.Tests.Supervision;

/// <summary>Actors that watch connections and servers.</summary>
public sealed class PartWatchTests : ServerTest
{
    [Fact]
    public void Watch_AConnection_TellsOnceAfterConnectionLost() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        var watcher = new Watcher();
        ActorRef<ActorRef> actor = Loop.Spawn(() => watcher);
        actor.Tell(record.Transport.Actor);
        actor.Tell(record.Transport.Actor);
        await TurnsAsync();
        bool toldBefore = false;
        record.OnLost = _ => toldBefore = watcher.Notices.Count > 0;
        peer.Dispose();
        await record.Lost;
        await watcher.CountAsync(1);
        await TurnsAsync(10);
        Assert.False(toldBefore);
        Terminated notice = Assert.Single(watcher.Notices);
        Assert.Same(record.Transport.Actor, notice.Ref);
        Assert.True(notice.ExistenceConfirmed);
        Assert.False(notice.AddressTerminated);
    });

    [Fact]
    public void Watch_WhatHasEnded_TellsOnce() => Run(async () =>
    {
        Server server = await ServeAsync();
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        peer.Dispose();
        await record.Lost;
        await server.DisposeAsync();
        var watcher = new Watcher();
        ActorRef<ActorRef> actor = Loop.Spawn(() => watcher);
        actor.Tell(record.Transport.Actor);
        actor.Tell(server.Actor);
        await watcher.CountAsync(2);
        await TurnsAsync(10);
        Assert.Equal([record.Transport.Actor, server.Actor], watcher.Notices.Select(notice => notice.Ref));
        Assert.All(watcher.Notices, notice => Assert.False(notice.ExistenceConfirmed));
    });

    [Fact]
    public void Watch_AServer_TellsWhenItsLastConnectionIsGone() => Run(async () =>
    {
        Server server = await ServeAsync();
        (RawPeer peer, _) = await ConnectAndWaitAsync(server);
        var watcher = new Watcher();
        ActorRef<ActorRef> actor = Loop.Spawn(() => watcher);
        actor.Tell(server.Actor);
        await TurnsAsync();
        server.Close();
        await TurnsAsync(10);
        Assert.Empty(watcher.Notices);
        peer.Dispose();
        await watcher.CountAsync(1);
        Assert.Same(server.Actor, watcher.Notices[0].Ref);
    });

    [Fact]
    public void Unwatch_AConnection_IsNotTold() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        var watcher = new Watcher();
        var second = new Watcher();
        ActorRef<ActorRef> actor = Loop.Spawn(() => watcher);
        Loop.Spawn(() => second).Tell(record.Transport.Actor);
        actor.Tell(record.Transport.Actor);
        await TurnsAsync();
        watcher.Forget(record.Transport.Actor);
        peer.Dispose();
        await second.CountAsync(1);
        await TurnsAsync(10);
        Assert.Empty(watcher.Notices);
    });

    [Fact]
    public void Watch_FromAnotherLoop_TellsThere() => Run(async () =>
    {
        await using var other = new EventLoopThread();
        await using Server server = await ServeAsync();
        (RawPeer peer, ProtocolRecord record) = await ConnectAndWaitAsync(server);
        var watcher = new Watcher();
        ActorRef<ActorRef> actor = other.Loop.Spawn(() => watcher);
        actor.Tell(record.Transport.Actor);
        actor.Tell(server.Actor);
        await Patience.WaitForAsync(() => watcher.Received == 2, "the watches");
        peer.Dispose();
        await watcher.CountAsync(1);
        server.Close();
        await watcher.CountAsync(2);
        Assert.True(watcher.WasOnItsLoop);
    });

    [Fact]
    public async Task Watch_ALoopAndItsParts_TellsThatTheLoopClosed()
    {
        await using var watching = new EventLoopThread();
        await using var dying = new EventLoopThread();
        var made = new TaskCompletionSource<Server>(TaskCreationOptions.RunContinuationsAsynchronously);
        dying.Loop.Post(() => _ = MakeAsync(dying.Loop, made));
        Server server = await made.Task.WaitAsync(Patience.Bound, TestContext.Current.CancellationToken);
        var watcher = new Watcher();
        ActorRef<ActorRef> actor = watching.Loop.Spawn(() => watcher);
        actor.Tell(server.Actor);
        actor.Tell(dying.Loop.Actor);
        await Patience.WaitForAsync(() => watcher.Received == 2, "the watches");
        await dying.StopAsync(TestContext.Current.CancellationToken);
        await watcher.CountAsync(2);
        Assert.All(watcher.Notices, notice => Assert.True(notice.AddressTerminated));
        Assert.All(watcher.Notices, notice => Assert.True(notice.ExistenceConfirmed));
    }

    private static async Task MakeAsync(EventLoop loop, TaskCompletionSource<Server> made) =>
        made.SetResult(await loop.CreateServerAsync(() => new RecordingProtocol(), "127.0.0.1", 0));

    /// <summary>Watches whatever it is sent.</summary>
    private sealed class Watcher : Actor<ActorRef>
    {
        private int _received;

        public List<Terminated> Notices { get; } = [];

        public int Received => Volatile.Read(ref _received);

        public bool WasOnItsLoop { get; private set; } = true;

        public void Forget(ActorRef actor) => Context.Unwatch(actor);

        public Task CountAsync(int count) => Patience.WaitForAsync(
            () =>
            {
                lock (Notices)
                {
                    return Notices.Count >= count;
                }
            },
            $"{count} notices");

        protected override void Receive(ActorRef message)
        {
            Context.Watch(message);
            Interlocked.Increment(ref _received);
        }

        protected override void OnTerminated(Terminated notice)
        {
            lock (Notices)
            {
                Notices.Add(notice);
                WasOnItsLoop &= Context.Loop.IsOnLoop;
            }
        }
    }
}
