namespace ActorLoop.Futures;

/// <summary>
/// The token of a call, or, where the caller gave none, of the task it stands in: canceling a task ends what it awaits, as
/// in asyncio.
/// </summary>
internal static class TaskToken
{
    /// <remarks>
    /// A cancellation is delivered once: what a canceled task awaits while it cleans up must not end before it began.
    /// </remarks>
    public static CancellationToken Or(CancellationToken given) =>
        given.CanBeCanceled || EventLoop.CurrentTask is not { CancellationToken: { IsCancellationRequested: false } token }
            ? given
            : token;
}
