namespace ActorLoop.SupervisionContract;

/// <summary>Says how one actor of a test is made and what goes wrong in it.</summary>
/// <param name="Name">Its name among its siblings.</param>
public sealed record ActorScript(string Name)
{
    /// <summary>What it does about its children.</summary>
    public SupervisorStrategy Strategy { get; init; } = SupervisorStrategy.Default;

    /// <summary>The children it starts in PreStart, in this order, unless it still has them.</summary>
    public IReadOnlyList<ActorScript> Children { get; init; } = [];

    public RestartType Restart { get; init; }

    public ShutdownDeadline Shutdown { get; init; }

    public IRestartBackoff? Backoff { get; init; }

    public bool Significant { get; init; }

    public AutoShutdown AutoShutdown { get; init; }

    /// <summary>
    /// What a hook throws: asked with the hook and the number of the instance, the first is 1. Null is nothing.
    /// </summary>
    public Func<Hook, int, Exception?>? Fails { get; init; }

    /// <summary>Whether PreRestart leaves the children alone instead of stopping them.</summary>
    public bool KeepsChildren { get; init; }

    /// <summary>Whether it says nothing about the end of what it watches, so that the death pact applies.</summary>
    public bool IgnoresTerminated { get; init; }

    /// <summary>
    /// The hooks worth noting; the others do what they do in silence, so that each test looks at its own concern.
    /// </summary>
    public bool RecordsFactory { get; init; }
}
