using System.Threading.Tasks.Sources;
using ActorLoop.Scheduling;

namespace ActorLoop.Futures;

/// <summary>
/// An await that goes on in the next turn, exactly: nothing is queued before the awaiting code asks for it.
/// </summary>
internal sealed class OneTurn(IFutureHost host) : IValueTaskSource
{
    public ValueTaskSourceStatus GetStatus(short token) => ValueTaskSourceStatus.Pending;

    public void GetResult(short token)
    {
    }

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        bool isPlain = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) == 0;
        host.TryPost(isPlain
            ? new Message(new Plain(continuation, state), null, host.CurrentTask)
            : new Message(continuation, state, host.CurrentTask));
    }

    /// <summary>
    /// A continuation that wants no particular context runs with none, as those of <see cref="LoopWait{T}"/> do.
    /// </summary>
    private sealed class Plain(Action<object?> continuation, object? state) : IMessage
    {
        public void Run()
        {
            SynchronizationContext.SetSynchronizationContext(null);
            continuation(state);
        }
    }
}
