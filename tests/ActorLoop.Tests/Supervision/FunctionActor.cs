namespace ActorLoop.Tests.Supervision;

/// <summary>An actor made of functions.</summary>
internal sealed class FunctionActor<T>(Func<ActorContext<T>, T, ValueTask> receive) : Actor<T>
{
    public FunctionActor(Action<ActorContext<T>, T> receive)
        : this((context, message) =>
        {
            receive(context, message);
            return default;
        })
    {
    }

    public Action<ActorContext<T>>? Started { get; init; }

    public Action? Stopped { get; init; }

    public Action<Terminated>? Heard { get; init; }

    public SupervisorStrategy? Strategies { get; init; }

    protected override SupervisorStrategy Strategy => Strategies ?? base.Strategy;

    protected override void PreStart() => Started?.Invoke(Context);

    protected override void PostStop() => Stopped?.Invoke();

    protected override ValueTask ReceiveAsync(T message) => receive(Context, message);

    protected override void OnTerminated(Terminated notice)
    {
        if (Heard is null)
        {
            base.OnTerminated(notice);
        }
        else
        {
            Heard(notice);
        }
    }
}
