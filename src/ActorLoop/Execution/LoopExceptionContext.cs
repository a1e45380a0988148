namespace ActorLoop;

/// <summary>
/// Everything that is known about an error nobody caught. Mirrors the context dictionary of asyncio's exception handlers.
/// </summary>
/// <param name="Message">What happened, for people.</param>
public sealed record LoopExceptionContext(string Message)
{
    /// <summary>What happened, for programs. Default: <see cref="LoopErrorKind.Other"/>.</summary>
    public LoopErrorKind Kind { get; init; }

    /// <summary>The exception, if there is one.</summary>
    public Exception? Exception { get; init; }

    /// <summary>The future that failed.</summary>
    public LoopFuture? Future { get; init; }

    /// <summary>The task that failed or was left unfinished.</summary>
    public LoopTask? Task { get; init; }

    /// <summary>The handle whose callback threw.</summary>
    public Handle? Handle { get; init; }

    /// <summary>The protocol whose callback threw.</summary>
    public BaseProtocol? Protocol { get; init; }

    /// <summary>The transport of that protocol.</summary>
    public IBaseTransport? Transport { get; init; }

    /// <summary>The socket the error belongs to, such as the one that accepts.</summary>
    public TransportSocket? Socket { get; init; }

    /// <summary>The enumerator whose disposal failed. Mirrors the key <c>asyncgen</c>.</summary>
    public object? AsyncEnumerator { get; init; }

    /// <summary>
    /// Where the future, task or handle was created; known in debug mode only. Mirrors <c>source_traceback</c>.
    /// </summary>
    public string? SourceTrace { get; init; }

    /// <summary>The error that was being handled when the exception handler failed. Mirrors the key <c>context</c>.</summary>
    public LoopExceptionContext? Original { get; init; }
}
