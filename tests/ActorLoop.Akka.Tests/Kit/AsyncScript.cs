using Akka.Actor;

namespace ActorLoop.Akka.Tests.Kit;

/// <summary>An actor whose handler awaits.</summary>
public sealed class AsyncScript : ReceiveActor
{
    public AsyncScript(Func<object, IActorContext, Task> receive) => ReceiveAnyAsync(message => receive(message, Context));
}
