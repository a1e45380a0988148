namespace ActorLoop.Supervision;

/// <summary>The node of a user's actor.</summary>
internal sealed class ActorCell<TMessage> : Cell
{
    public override ActorRef Ref => throw new NotSupportedException();

    public ActorRef<TMessage> TypedRef => throw new NotSupportedException();

    public CancellationToken StoppingToken => throw new NotSupportedException();

    public void Tell(TMessage message) => throw new NotSupportedException();

    public TellResult TryTell(TMessage message) => throw new NotSupportedException();

    public ValueTask TellAsync(TMessage message, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TReply> AskAsync<TReply>(
        Func<ReplyTo<TReply>, TMessage> message, TimeSpan timeout, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public void StopChild(Cell child) => throw new NotSupportedException();

    public void StopChildren() => throw new NotSupportedException();

    public void StopSelf() => throw new NotSupportedException();

    public void Watch(Cell target) => throw new NotSupportedException();

    public void WatchWith(Cell target, TMessage message) => throw new NotSupportedException();

    public void Unwatch(Cell target) => throw new NotSupportedException();

    public void StartTimer(object key, TMessage message, TimeSpan delay, TimeSpan? period) => throw new NotSupportedException();

    public bool CancelTimer(object key) => throw new NotSupportedException();

    public bool IsTimerActive(object key) => throw new NotSupportedException();
}
