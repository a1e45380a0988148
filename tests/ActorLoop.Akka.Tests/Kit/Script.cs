using Akka.Actor;

namespace ActorLoop.Akka.Tests.Kit;

/// <summary>An actor that does what the test says.</summary>
public sealed class Script : ReceiveActor
{
    private readonly Action<object, IActorContext> _receive;

    public Script(Action<object, IActorContext> receive)
    {
        _receive = receive;
        ReceiveAny(message => _receive(message, Context));
    }

    public Action? OnStart { get; init; }

    public Action? OnStop { get; init; }

    protected override void PreStart() => OnStart?.Invoke();

    protected override void PostStop() => OnStop?.Invoke();
}
