using ActorLoop.Akka.Tests.Kit;
using ActorLoop.SupervisionContract;
using Akka.Actor;

namespace ActorLoop.Akka.Tests.Contract;

/// <summary>A scripted actor in Akka.NET's hooks.</summary>
internal sealed class ContractActor : ReceiveActor, IScriptContext
{
    private readonly AkkaWorld _world;
    private readonly ScriptedActor _scripted;

    private ContractActor(AkkaWorld world, ActorScript script, string path)
    {
        _world = world;
        _scripted = new ScriptedActor(script, path, world.Board) { Context = this };
        ReceiveAsync<ScriptMessage.Await>(message => _scripted.ReceiveAsync(message).AsTask());
        Receive<ScriptMessage>(message =>
        {
            // Only waiting takes an asynchronous handler; all else is over at once, and so throws here.
            ValueTask done = _scripted.ReceiveAsync(message);
            done.GetAwaiter().GetResult();
        });
        Receive<AkkaTerminated>(notice => _scripted.Terminated(
            AkkaWorld.PathOf(notice.ActorRef), notice.ExistenceConfirmed, () => Unhandled(notice)));
    }

    public CancellationToken Stopping => CancellationToken.None;

    public static Props PropsOf(AkkaWorld world, ActorScript script, string path) =>
        Made.By(() => new ContractActor(world, script, path)).WithDispatcher(world.Dispatcher);

    public bool HasChild(string name) => !Context.Child(name).IsNobody();

    public void Spawn(ActorScript script)
    {
        string path = $"{_scripted.Path}/{script.Name}";
        _world.Actors[path] = Context.ActorOf(PropsOf(_world, script, path), script.Name);
    }

    public void StopChild(string name) => Context.Stop(Context.Child(name));

    public void StopSelf() => Context.Stop(Self);

    public void Watch(string path) => Context.Watch(_world.Actors[path]);

    public void WatchWith(string path, ScriptMessage message) => Context.WatchWith(_world.Actors[path], message);

    public void Unwatch(string path) => Context.Unwatch(_world.Actors[path]);

    protected override AkkaStrategy SupervisorStrategy() => _scripted.Script.Strategy.ToAkka();

    protected override void PreStart() => _scripted.PreStart();

    protected override void PostStop() => _scripted.PostStop();

    protected override void PreRestart(Exception reason, object message) =>
        _scripted.PreRestart(reason, () => base.PreRestart(reason, message));

    protected override void PostRestart(Exception reason) => _scripted.PostRestart(reason, () => base.PostRestart(reason));
}
