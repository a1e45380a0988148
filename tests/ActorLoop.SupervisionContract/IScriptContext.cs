namespace ActorLoop.SupervisionContract;

/// <summary>What an engine does for a scripted actor. Valid from PreStart on.</summary>
public interface IScriptContext
{
    /// <summary>Canceled when the actor is about to stop or restart, where the engine has such a thing.</summary>
    CancellationToken Stopping { get; }

    bool HasChild(string name);

    /// <summary>Starts a child at <see cref="ScriptedActor.Path"/> + "/" + its name.</summary>
    void Spawn(ActorScript script);

    void StopChild(string name);

    void StopSelf();

    /// <summary>Watches an actor by its path, also one that has ended.</summary>
    void Watch(string path);

    /// <summary>Watches; the end arrives as the message.</summary>
    void WatchWith(string path, ScriptMessage message);

    void Unwatch(string path);
}
