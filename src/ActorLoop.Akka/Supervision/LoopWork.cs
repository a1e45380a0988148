namespace ActorLoop.Akka.Supervision;

/// <summary>How a piece of asynchronous work on a loop ended.</summary>
internal sealed record LoopOutcome<T>(T? Result, Exception? Failure);

/// <summary>
/// Asynchronous work as a task of the loop, told of by a message. Awaiting the loop inside an actor would leave the continuations to
/// the actor, and so lose them, and what they hold, if it is stopped meanwhile.
/// </summary>
internal static class LoopWork
{
    public static void Start<T>(EventLoop loop, Func<CancellationToken, Task<T>> body, Action<LoopOutcome<T>> ended)
    {
        if (!loop.TryPost(() => _ = loop.CreateTask(async stop => ended(await OutcomeAsync(body, stop)))))
        {
            ended(new LoopOutcome<T>(default, new LoopClosedException(loop.Name)));
        }
    }

    private static async Task<LoopOutcome<T>> OutcomeAsync<T>(Func<CancellationToken, Task<T>> body, CancellationToken stop)
    {
        try
        {
            return new LoopOutcome<T>(await body(stop), null);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            return new LoopOutcome<T>(default, failure);
        }
    }
}
