using ActorLoop.Akka.Watching;
using Akka.Actor;

namespace ActorLoop.Akka;

/// <summary>Death watch across both worlds.</summary>
public sealed partial class ActorLoopExtension
{
    private int _lastMirror;

    /// <summary>
    /// An Akka.NET actor that stands for an actor of a loop: it ends when that one does, so that <c>Context.Watch</c> works, and passes
    /// messages of the right type on. Stopping it leaves the other alone.
    /// </summary>
    /// <typeparam name="TMessage">What the actor receives.</typeparam>
    /// <param name="actor">The actor of a loop; one that has ended already is told as ended at once.</param>
    /// <returns>The actor that stands for it.</returns>
    public IActorRef Mirror<TMessage>(ActorRef<TMessage> actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return Mirror(actor.WaitTerminatedAsync(), message =>
        {
            if (message is not TMessage known)
            {
                return false;
            }

            actor.Tell(known);
            return true;
        });
    }

    /// <summary>An Akka.NET actor that ends when a server is closed and its last connection is gone.</summary>
    /// <param name="server">A server that Akka.NET does not supervise.</param>
    /// <returns>The actor that stands for it; it takes no messages.</returns>
    public IActorRef Mirror(Server server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return Mirror(server.WaitClosedAsync(CancellationToken.None), static _ => false);
    }

    /// <summary>Waits for the end of an Akka.NET actor: on a loop, or anywhere else.</summary>
    /// <param name="actor">The actor; one that has ended already is told as ended at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when the actor has ended.</returns>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public static async Task WaitTerminatedAsync(IActorRef actor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (!await actor.WatchAsync(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new InvalidOperationException($"{actor.Path} cannot be watched any more: its system has ended.");
        }
    }

    /// <summary>Lets an actor of a loop watch an Akka.NET actor.</summary>
    /// <typeparam name="TMessage">What the watcher receives.</typeparam>
    /// <param name="watcher">The actor of a loop.</param>
    /// <param name="target">The actor that is watched; one that has ended already is told as ended at once.</param>
    /// <param name="message">What the watcher is told when the target has ended, once.</param>
    /// <returns>Ends the watching when it is disposed.</returns>
    public static IDisposable Watch<TMessage>(ActorRef<TMessage> watcher, IActorRef target, TMessage message)
    {
        ArgumentNullException.ThrowIfNull(watcher);
        ArgumentNullException.ThrowIfNull(target);
        return new Watch<TMessage>(watcher, target, message);
    }

    private IActorRef Mirror(Task end, Func<object, bool> receive) => _system.SystemActorOf(
        MirrorActor.PropsOf(end, receive), $"actorloop-mirror-{Interlocked.Increment(ref _lastMirror)}");
}
