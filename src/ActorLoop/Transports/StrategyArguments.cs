namespace ActorLoop.Transports;

/// <summary>Checks strategies for parts of the network.</summary>
internal static class StrategyArguments
{
    /// <summary>One part's failure says nothing about the others: what several connections share, a peer would take down.</summary>
    public static SupervisorStrategy? CheckOneForOne(SupervisorStrategy? strategy, string name) => strategy is null or OneForOneStrategy
        ? strategy
        : throw new ArgumentException(
            $"Connections, servers and loops are supervised one by one: a OneForOneStrategy, not {strategy.GetType().Name}.", name);
}
