using Akka.Actor;

namespace ActorLoop.Akka;

/// <summary>Strategies of ActorLoop as strategies of Akka.NET, for trees that exist in both worlds.</summary>
public static class AkkaStrategies
{
    /// <summary>The same strategy in Akka.NET's words.</summary>
    /// <param name="strategy">One-for-one or all-for-one, with a tumbling window and Stop when the restarts are used up.</param>
    /// <returns>
    /// The strategy. Its decider is asked with ActorLoop's exceptions where Akka.NET has its own for a start that failed, a kill, or a
    /// death pact.
    /// </returns>
    /// <exception cref="NotSupportedException">Akka.NET has nothing of that kind.</exception>
    public static AkkaStrategy ToAkka(this ActorLoop.SupervisorStrategy strategy)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        if (strategy.WindowKind != WindowKind.Tumbling || strategy.OnExhausted != OnExhausted.Stop)
        {
            throw new NotSupportedException(
                $"Akka.NET has tumbling windows that end in Stop only, not {strategy.WindowKind} and {strategy.OnExhausted}.");
        }

        int? retries = strategy.MaxRetries == ActorLoop.SupervisorStrategy.Unlimited ? null : strategy.MaxRetries;
        return strategy switch
        {
            OneForOneStrategy => new AkkaOneForOne(retries, strategy.Window, Decide),
            AllForOneStrategy => new global::Akka.Actor.AllForOneStrategy(retries, strategy.Window, Decide),
            _ => throw new NotSupportedException($"Akka.NET has no {strategy.GetType().Name}."),
        };

        AkkaDirective Decide(Exception cause) => (AkkaDirective)(int)strategy.Decider.Decide(Translate(cause));
    }

    private static Exception Translate(Exception cause) => cause switch
    {
        ActorInitializationException => new ChildInitializationException(cause.Message, cause.InnerException),
        ActorKilledException => new ChildKilledException(cause.Message, cause),
        global::Akka.Actor.DeathPactException => new DeathPactException(cause.Message, cause),
        _ => cause,
    };
}
