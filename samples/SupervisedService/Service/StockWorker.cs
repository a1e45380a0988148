using ActorLoop;

namespace SupervisedService.Service;

/// <summary>Counts sales. What it knows outlives it: a restart begins with a new worker and the same book.</summary>
internal sealed class StockWorker(Dictionary<string, int> book, ServiceEvents events) : Actor<StockMessage>
{
    protected override void Receive(StockMessage message)
    {
        if (message.IsPoison)
        {
            var failure = new InvalidOperationException($"the worker cannot stand '{message.Item}'");
            message.Reply.Fail(failure);
            throw failure;
        }

        book[message.Item] = book.GetValueOrDefault(message.Item) + 1;
        message.Reply.Send(book[message.Item]);
    }

    protected override void PostRestart(Exception reason)
    {
        events.WorkerRestarted(reason);
        base.PostRestart(reason);
    }
}
