namespace ActorLoop;

/// <summary>Hears what happens in the tree of a loop. All members do nothing unless they are implemented.</summary>
/// <remarks>Thread: that of the actor's loop. What a member throws is reported, and supervision goes on.</remarks>
public interface ISupervisionEvents
{
    /// <summary>An actor was started for the first time; its <c>PreStart</c> has run.</summary>
    /// <param name="actor">The actor.</param>
    void Started(ActorRef actor)
    {
    }

    /// <summary>An actor failed, and its supervisor has decided.</summary>
    /// <param name="actor">The actor that failed.</param>
    /// <param name="cause">What it failed with.</param>
    /// <param name="decision">What becomes of it: the budget and the type of the child are taken into account.</param>
    void Failed(ActorRef actor, Exception cause, Directive decision)
    {
    }

    /// <summary>An actor was started again; its first hook has run.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="cause">What it, or a sibling, had failed with; null when it had ended by itself.</param>
    void Restarted(ActorRef actor, Exception? cause)
    {
    }

    /// <summary>An actor has ended for good.</summary>
    /// <param name="actor">The actor.</param>
    void Stopped(ActorRef actor)
    {
    }

    /// <summary>A message reached nobody.</summary>
    /// <param name="target">Whom it was for.</param>
    /// <param name="message">The message.</param>
    /// <remarks>Thread: any, that of the sender.</remarks>
    void DeadLetter(ActorRef target, object? message)
    {
    }
}
