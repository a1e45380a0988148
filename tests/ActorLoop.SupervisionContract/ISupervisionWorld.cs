namespace ActorLoop.SupervisionContract;

/// <summary>One engine with one tree of scripted actors, driven by a test. Paths begin below the engine's guardian.</summary>
public interface ISupervisionWorld : IAsyncDisposable
{
    /// <summary>What the engine can do.</summary>
    SupervisionAbilities Abilities { get; }

    /// <summary>What the actors write down and wait at.</summary>
    ScriptBoard Board { get; }

    /// <summary>
    /// Messages of the exceptions that were reported so far, in order; empty where <see cref="SupervisionAbilities.Reports"/> is
    /// missing.
    /// </summary>
    IReadOnlyList<string> Reports { get; }

    /// <summary>
    /// Starts an actor under the guardian, whose strategy is <see cref="SupervisorStrategy.Stopping"/>: what is escalated to it
    /// ends the actor.
    /// </summary>
    void Spawn(ActorScript script);

    /// <summary>Sends a message to the actor of that path; to nobody if it has ended.</summary>
    void Tell(string path, ScriptMessage message);

    /// <summary>Stops the actor of that path, from outside.</summary>
    void Stop(string path);

    /// <summary>Makes the actor of that path fail with <see cref="ChildKilledException"/>, or what the engine has instead.</summary>
    void Kill(string path);

    /// <summary>Whether an actor of that path was started and has not ended.</summary>
    bool IsAlive(string path);

    /// <summary>Waits until nothing moves any more, except for what waits at gates and for the clock.</summary>
    Task SettleAsync();

    /// <summary>Lets time pass, and settles.</summary>
    Task AdvanceAsync(TimeSpan time);
}
