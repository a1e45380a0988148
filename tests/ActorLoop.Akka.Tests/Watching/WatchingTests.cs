using ActorLoop.Akka.Tests.Kit;
using ActorLoop.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorLoop.Akka.Tests.Watching;

public sealed class WatchingTests : AkkaTest
{
    [Fact(DisplayName = "AK-90 An Akka.NET actor watches a plain server through its mirror")]
    public async Task Mirror_OfAServer_EndsWithIt()
    {
        Server server = await Loop.CreateServerAsync(() => new NumberingProtocol(), "127.0.0.1", 0);
        Probe probe = NewProbe();
        await probe.WatchAsync(Extension.Mirror(server));
        Assert.False(probe.HasMessage);
        server.Close();
        await probe.ExpectTerminatedAsync();
        await probe.WatchAsync(Extension.Mirror(server));
        await probe.ExpectTerminatedAsync();
    }

    [Fact(DisplayName = "AK-91 An Akka.NET actor watches an actor of a loop through its mirror, which passes messages on")]
    public async Task Mirror_OfAnActor_EndsWithItAndPassesMessagesOn()
    {
        Probe probe = NewProbe();
        ActorRef<string> actor = await OnLoopAsync(() => Loop.Spawn(() => new Teller(probe.Ref)));
        IActorRef mirror = Extension.Mirror(actor);
        await probe.WatchAsync(mirror);
        mirror.Tell("hello");
        await probe.ExpectAsync("hello");
        await actor.StopAsync();
        Assert.Equal(mirror, (await probe.ExpectTerminatedAsync()).ActorRef);
        await probe.WatchAsync(Extension.Mirror(actor));
        await probe.ExpectTerminatedAsync();
    }

    [Fact(DisplayName = "AK-92 Stopping a mirror leaves the actor alone")]
    public async Task Mirror_Stopped_LeavesTheActorAlone()
    {
        Probe probe = NewProbe();
        ActorRef<string> actor = await OnLoopAsync(() => Loop.Spawn(() => new Teller(probe.Ref)));
        IActorRef mirror = Extension.Mirror(actor);
        await mirror.GracefulStop(Patience.Bound);
        actor.Tell("alive");
        await probe.ExpectAsync("alive");
        Assert.False(actor.IsTerminated);
    }

    [Fact(DisplayName = "AK-93 An actor of a loop watches an Akka.NET actor, dead or alive, and is told once")]
    public async Task Watch_OfAnAkkaActor_TellsOnce()
    {
        Probe probe = NewProbe();
        ActorRef<string> watcher = await OnLoopAsync(() => Loop.Spawn(() => new Teller(probe.Ref)));
        IActorRef target = Spawn(() => new Script((_, _) => { }));
        using (ActorLoopExtension.Watch(watcher, target, "gone"))
        {
            watcher.Tell("first");
            await probe.ExpectAsync("first");
            await target.GracefulStop(Patience.Bound);
            await probe.ExpectAsync("gone");
        }

        using (ActorLoopExtension.Watch(watcher, target, "gone before"))
        {
            await probe.ExpectAsync("gone before");
        }

        Assert.False(probe.HasMessage);
    }

    [Fact(DisplayName = "AK-94 A watch that was ended tells nothing")]
    public async Task Watch_Disposed_TellsNothing()
    {
        Probe probe = NewProbe();
        ActorRef<string> watcher = await OnLoopAsync(() => Loop.Spawn(() => new Teller(probe.Ref)));
        IActorRef target = Spawn(() => new Script((_, _) => { }));
        ActorLoopExtension.Watch(watcher, target, "gone").Dispose();
        await target.GracefulStop(Patience.Bound);
        watcher.Tell("after");
        await probe.ExpectAsync("after");
    }

    [Fact(DisplayName = "AK-95 A task of a loop waits for the end of an Akka.NET actor")]
    public async Task WaitTerminated_OnALoop_Completes()
    {
        IActorRef target = Spawn(() => new Script((_, _) => { }));
        using var stop = new CancellationTokenSource();
        Task canceled = ActorLoopExtension.WaitTerminatedAsync(target, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled.WaitAsync(Patience.Bound));
        Task<bool> waiting = await OnLoopAsync(() => Loop.CreateTask(async _ =>
        {
            await ActorLoopExtension.WaitTerminatedAsync(target);
            return Loop.IsOnLoop;
        }).Task);
        await target.GracefulStop(Patience.Bound);
        Assert.True(await waiting.WaitAsync(Patience.Bound));
        await ActorLoopExtension.WaitTerminatedAsync(target).WaitAsync(Patience.Bound);
    }

    private sealed class Teller(IActorRef target) : Actor<string>
    {
        protected override void Receive(string message) => target.Tell(message);
    }
}
