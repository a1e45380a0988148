using Akka.Actor;

namespace ActorLoop.Akka.Watching;

/// <summary>One actor of a loop that watches one of Akka.NET. Ends by itself when either of them has ended.</summary>
internal sealed class Watch<TMessage> : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public Watch(ActorRef<TMessage> watcher, IActorRef target, TMessage message)
    {
        CancellationToken stop = _stop.Token;
        _ = TellAsync(watcher, target, message, stop);
        _ = EndWithAsync(watcher);
    }

    public void Dispose() => _stop.Cancel();

    private static async Task TellAsync(ActorRef<TMessage> watcher, IActorRef target, TMessage message, CancellationToken stop)
    {
        if (await target.WatchAsync(stop).ConfigureAwait(false) && !stop.IsCancellationRequested)
        {
            watcher.Tell(message);
        }
    }

    private async Task EndWithAsync(ActorRef<TMessage> watcher)
    {
        await watcher.WaitTerminatedAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stop.CancelAsync().ConfigureAwait(false);
    }
}
