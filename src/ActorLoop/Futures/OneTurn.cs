using System.Threading.Tasks.Sources;
using ActorLoop.Scheduling;

namespace ActorLoop.Futures;

/// <summary>An await that goes on in the next turn, exactly: nothing is queued before the awaiting code asks for it.</summary>
internal sealed class OneTurn(IFutureHost host) : IValueTaskSource
{
    public ValueTaskSourceStatus GetStatus(short token) => ValueTaskSourceStatus.Pending;

    public void GetResult(short token)
    {
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        host.TryPost(new Message(continuation, state, host.CurrentTask));
}
