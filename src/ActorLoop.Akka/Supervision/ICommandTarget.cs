using Akka.Actor;

namespace ActorLoop.Akka.Supervision;

/// <summary>A protocol that takes messages sent to the actor of its connection.</summary>
internal interface ICommandTarget
{
    /// <summary>The actor is there; called before any command.</summary>
    void Attached(IActorRef connection, IActorContext context);

    /// <returns>False for a message that is no command.</returns>
    bool Execute(object message);
}
