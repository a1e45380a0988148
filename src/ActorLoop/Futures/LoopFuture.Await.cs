using ActorLoop.Futures;

namespace ActorLoop;

/// <content>What <c>await</c> needs. See <see cref="LoopFuture"/>.</content>
public abstract partial class LoopFuture
{
    /// <summary>
    /// Lets code that runs on the loop <c>await</c> the future. It continues through the mailbox, never inline.
    /// </summary>
    /// <returns>The awaiter.</returns>
    /// <exception cref="InvalidOperationException">
    /// The future is not done, and the caller runs on another loop, on no loop (use <see cref="Task"/> there), or is the
    /// task itself.
    /// </exception>
    public LoopFutureAwaiter GetAwaiter()
    {
        VerifyAwait();
        return new LoopFutureAwaiter(this);
    }

    /// <summary>Registers the continuation of an <c>await</c> as a step of the task that awaits.</summary>
    internal void Await(Action continuation)
    {
        // Throwing here would end the process: who can await was decided when the awaiter was taken.
        LoopTask? task = Host.IsOnLoop ? Host.CurrentTask : null;
        if (!IsDone)
        {
            task?.AwaitStarted(this);
        }

        AddCallback(new DoneCallback(continuation, task));
    }

    private protected void VerifyAwait()
    {
        if (IsDone)
        {
            return;
        }

        if (!Host.IsOnLoop)
        {
            throw new InvalidOperationException(
                EventLoop.CurrentOrDefault is null
                    ? $"{Kind} is awaited on a thread that runs no loop; await its Task property there."
                    : $"{Kind} belongs to another loop; await its Task property.");
        }

        if (ReferenceEquals(Host.CurrentTask, this))
        {
            throw new InvalidOperationException($"{Kind} awaits itself and would never end.");
        }
    }
}
