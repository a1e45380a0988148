using ActorLoop.SupervisionContract;

namespace ActorLoop.Tests.Supervision;

/// <summary>A scripted actor of the built-in engine.</summary>
internal sealed class ScriptActor(LoopWorld world, ActorScript script, string path) : Actor<ScriptMessage>, IScriptContext
{
    private readonly ScriptedActor _scripted = new(script, path, world.Board);

    public CancellationToken Stopping => Context.Stopping;

    protected override SupervisorStrategy Strategy => script.Strategy;

    public bool HasChild(string name) => Context.Children.Any(child => child.Name == name);

    public void Spawn(ActorScript child) => world.SpawnUnder(Context, child, path);

    public void StopChild(string name) => Context.Stop(Context.Children.Single(child => child.Name == name));

    public void StopSelf() => Context.StopSelf();

    public void Watch(string target) => Context.Watch(world.Find(target));

    public void WatchWith(string target, ScriptMessage message) => Context.WatchWith(world.Find(target), message);

    public void Unwatch(string target) => Context.Unwatch(world.Find(target));

    protected override void PreStart()
    {
        _scripted.Context = this;
        _scripted.PreStart();
    }

    protected override void PostStop() => _scripted.PostStop();

    protected override void PreRestart(Exception reason, object? message) =>
        _scripted.PreRestart(reason, () => base.PreRestart(reason, message));

    protected override void PostRestart(Exception reason) => _scripted.PostRestart(reason, () => base.PostRestart(reason));

    protected override ValueTask ReceiveAsync(ScriptMessage message) => _scripted.ReceiveAsync(message);

    protected override void OnTerminated(Terminated notice) => _scripted.Terminated(
        world.PathOf(notice.Ref), notice.ExistenceConfirmed, () => base.OnTerminated(notice));
}
