using ActorLoop.Futures;
using ActorLoop.Supervision;

namespace ActorLoop;

/// <summary>Sends messages to an actor.</summary>
/// <typeparam name="TMessage">What the actor understands. Structures are not boxed.</typeparam>
/// <remarks>
/// Thread: any. Order: what one thread sends to one actor arrives in the order it did. An accepted message is received at most
/// once: not if the actor stops before its turn, or was stopped by a failure.
/// </remarks>
public sealed class ActorRef<TMessage> : ActorRef
{
    private readonly ActorCell<TMessage> _cell;

    internal ActorRef(ActorCell<TMessage> cell)
        : base(cell) => _cell = cell;

    /// <summary>Sends a message. What is sent to an actor that is gone counts as a dead letter.</summary>
    /// <param name="message">The message.</param>
    /// <exception cref="MailboxFullException">
    /// The mailbox is bounded and full, and <see cref="ActorOptions.Overflow"/> is <see cref="MailboxOverflow.Throw"/>.
    /// </exception>
    public void Tell(TMessage message) => _cell.Tell(message);

    /// <summary>Sends a message and says what became of it; never throws and never waits.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether it was accepted.</returns>
    public TellResult TryTell(TMessage message) => _cell.TryTell(message);

    /// <summary>Sends a message as soon as the bounded mailbox has room: back-pressure without blocking a thread.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait; the message is not sent then.</param>
    /// <returns>
    /// Done when the message was accepted, or was counted as a dead letter. Those who wait are served in order.
    /// </returns>
    public ValueTask SendAsync(TMessage message, CancellationToken cancellationToken = default) =>
        _cell.SendAsync(message, TaskToken.Or(cancellationToken));

    /// <summary>Sends a message that says where the answer goes, and waits for the answer.</summary>
    /// <typeparam name="TReply">Type of the answer.</typeparam>
    /// <param name="message">Makes the message; called once, at once, on the calling thread.</param>
    /// <param name="timeout">
    /// How long to wait, on the clock of the actor's loop; <see cref="Timeout.InfiniteTimeSpan"/> is no limit.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the wait; where none is given, the cancellation of the current <see cref="LoopTask"/> does.
    /// </param>
    /// <returns>The answer. An answer that comes after the wait has ended is dropped.</returns>
    /// <remarks>An actor that awaits an answer of its own waits in vain: it receives nothing meanwhile.</remarks>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    /// <exception cref="ActorTerminatedException">The actor is gone, or ended before it answered.</exception>
    /// <exception cref="MailboxFullException">The mailbox is bounded and full.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative and not infinite.</exception>
    public Task<TReply> AskAsync<TReply>(
        Func<ReplyTo<TReply>, TMessage> message, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(timeout), timeout, "The time is zero, positive, or Timeout.InfiniteTimeSpan.");
        }

        return _cell.AskAsync(message, timeout, TaskToken.Or(cancellationToken));
    }
}
