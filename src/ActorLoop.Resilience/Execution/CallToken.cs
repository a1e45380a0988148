namespace ActorLoop.Resilience.Execution;

/// <summary>
/// The token of a call, or, where the caller gave none, of the task it stands in: canceling a task ends what it awaits.
/// </summary>
internal static class CallToken
{
    /// <remarks>
    /// A cancellation is delivered once: what a canceled task attempts while it cleans up must not end before it began.
    /// </remarks>
    public static CancellationToken Or(CancellationToken given) =>
        given.CanBeCanceled || EventLoop.CurrentTask is not { CancellationToken: { IsCancellationRequested: false } token }
            ? given
            : token;
}
