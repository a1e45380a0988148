using ActorLoop.Scheduling;

namespace ActorLoop.Supervision;

/// <summary>The node of a user's actor.</summary>
/// <remarks>This part knows the instance; the mailbox, awaiting, watching and timers have files of their own.</remarks>
internal sealed partial class ActorCell<TMessage> : Cell, IMessage
{
    private readonly Func<Actor<TMessage>> _factory;
    private readonly ActorOptions _options;
    private readonly MailboxBound<TMessage>? _bound;
    private Actor<TMessage>? _actor;

    public ActorCell(LoopActors host, Cell parent, string? name, Func<Actor<TMessage>> factory, ActorOptions options)
        : base(host, parent, name)
    {
        _factory = factory;
        _options = options;
        TypedRef = new ActorRef<TMessage>(this);
        if (options.MailboxCapacity is { } capacity)
        {
            _bound = new MailboxBound<TMessage>(this, capacity);
        }
    }

    public override ActorOptions Options => _options;

    public override string Kind => _actor?.GetType().Name ?? "actor";

    public override ActorRef Ref => TypedRef;

    public ActorRef<TMessage> TypedRef { get; }

    protected override bool HasInstance => _actor is not null;

    protected override SupervisorStrategy ChildStrategy => _options.Strategy ?? _actor!.CallStrategy()
        ?? throw new InvalidOperationException($"{_actor.GetType().Name}.Strategy is null.");

    /// <summary>Stops the children and forgets them, as the inherited PreRestart does.</summary>
    public void AbandonChildren()
    {
        foreach (Cell child in ChildCells())
        {
            Unwatch(child);
        }

        StopChildren();
    }

    protected override void CreateInstance()
    {
        Actor<TMessage> actor = _factory() ?? throw new InvalidOperationException($"The factory of actor '{Path}' returned null.");
        if (actor.IsUsed)
        {
            throw new InvalidOperationException($"The factory of actor '{Path}' returned an instance that was used before.");
        }

        actor.Attach(this);
        _actor = actor;
    }

    protected override void DropInstance()
    {
        _actor?.Detach();
        _actor = null;
    }

    protected override void PreStart() => _actor!.CallPreStart();

    protected override void PostStop() => _actor!.CallPostStop();

    protected override void PreRestart(Exception reason, object? message) => _actor!.CallPreRestart(reason, message);

    protected override void PostRestart(Exception reason) => _actor!.CallPostRestart(reason);

    protected override void InstanceEnding() => CancelAllTimers();
}
