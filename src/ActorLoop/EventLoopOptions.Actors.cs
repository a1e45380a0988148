namespace ActorLoop;

/// <content>What a loop does about its actors. See <see cref="EventLoopOptions"/>.</content>
public sealed partial record EventLoopOptions
{
    private static readonly SupervisorStrategy s_actorStrategy = new OneForOneStrategy
    {
        MaxRetries = 3,
        Window = TimeSpan.FromSeconds(5),
    };

    private readonly SupervisorStrategy _actorStrategy = s_actorStrategy;

    /// <summary>
    /// What is done about actors that were spawned by the loop itself. Default: each failure is reported to the exception handler
    /// and the actor is restarted, three times in five seconds; then it is stopped. Escalating from here ends the run of the loop
    /// with a <see cref="FatalLoopException"/>.
    /// </summary>
    public SupervisorStrategy ActorStrategy
    {
        get => _actorStrategy;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(ActorStrategy));
            _actorStrategy = value;
        }
    }

    /// <summary>Who hears of starts, failures, restarts, ends and dead letters of actors. Default: null, nobody.</summary>
    public ISupervisionEvents? SupervisionEvents { get; init; }
}
