using ActorLoop.Scheduling;

namespace ActorLoop.Futures;

/// <summary>Something that waits for a future: a continuation of an await, or a callback that takes the future.</summary>
/// <param name="Target">An <see cref="Action"/>, or an <see cref="Action{T}"/> of <see cref="LoopFuture"/>.</param>
/// <param name="Scope">The scope of the message that will run it.</param>
internal readonly record struct DoneCallback(Delegate Target, object? Scope)
{
    public Message ToMessage(LoopFuture future) => Target is Action continuation
        ? new Message(continuation, null, Scope)
        : new Message(new Call((Action<LoopFuture>)Target, future), null, Scope);

    private sealed class Call(Action<LoopFuture> callback, LoopFuture future) : IMessage
    {
        public void Run() => callback(future);
    }
}
