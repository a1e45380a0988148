namespace ActorLoop;

/// <summary>How a <see cref="LoopTask"/> is made.</summary>
public sealed record LoopTaskOptions
{
    /// <summary>Name for logs and debuggers. Default: "Task-N", counted over the whole process.</summary>
    public string? Name { get; init; }

    /// <summary>The context the body starts in. Default: the one that is current when the task is made.</summary>
    /// <remarks>
    /// Each step sees what earlier steps set. Unlike in asyncio the given context itself never changes: an
    /// <see cref="ExecutionContext"/> is immutable.
    /// </remarks>
    public ExecutionContext? Context { get; init; }

    /// <summary>
    /// Whether the body runs up to its first suspension inside the call that makes the task, if that call is made on the running
    /// loop. Default: null, the factory decides.
    /// </summary>
    public bool? Eager { get; init; }
}
