namespace ActorLoop.Supervision;

/// <content>Questions.</content>
internal sealed partial class ActorCell<TMessage>
{
    public Task<TReply> AskAsync<TReply>(
        Func<ReplyTo<TReply>, TMessage> message, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TReply>(cancellationToken);
        }

        var ask = new PendingAsk<TReply>(this);
        TMessage question = message(ask);
        if (!TryAddAsk(ask))
        {
            ask.ActorTerminated();
            Bury(question);
            return ask.Task;
        }

        switch (TryTell(question))
        {
            case TellResult.Full:
                ask.Fail(new MailboxFullException(
                    $"The mailbox of actor '{Path}' holds its capacity of {_options.MailboxCapacity} messages."));
                break;
            case TellResult.Dead:
                ask.ActorTerminated();
                break;
            default:
                ask.Limit(Core, timeout, cancellationToken);
                break;
        }

        return ask.Task;
    }
}
