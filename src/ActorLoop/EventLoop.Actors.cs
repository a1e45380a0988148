using ActorLoop.Supervision;

namespace ActorLoop;

/// <summary>Actors.</summary>
public abstract partial class EventLoop
{
    private readonly EventLoopOptions _options;
    private LoopActors? _actors;

    /// <summary>
    /// The actor whose message or hook runs on this thread now, or null; also null after an <c>await</c> inside it. Thread: any.
    /// </summary>
    public static ActorRef? CurrentActor => CurrentOrDefault?._actors?.Current?.Ref;

    internal LoopActors Actors => _actors ?? CreateActors();

    /// <summary>
    /// Starts an actor on this loop. Its factory and <c>PreStart</c> run on the loop, later, never within this call.
    /// </summary>
    /// <typeparam name="TMessage">What the actor understands.</typeparam>
    /// <param name="factory">Makes an instance; called on the loop for the start and for each restart.</param>
    /// <param name="name">Name among the actors that were spawned by this loop; null is <c>actor-N</c>.</param>
    /// <param name="options">How it is made; null is all defaults.</param>
    /// <returns>The actor; messages sent to it before it has started are kept.</returns>
    /// <remarks>
    /// Thread: any. Its supervisor is the loop, see <see cref="EventLoopOptions.ActorStrategy"/>. Closing the loop stops its actors
    /// without waiting for what they await.
    /// </remarks>
    /// <exception cref="ArgumentException">The name is empty, contains a slash, or belongs to a living actor.</exception>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    public ActorRef<TMessage> Spawn<TMessage>(Func<Actor<TMessage>> factory, string? name = null, ActorOptions? options = null)
    {
        Core.ThrowIfClosed();
        return Actors.Root.Spawn(factory, name, options, loop: null);
    }

    /// <summary>Stops the actors that were spawned by this loop, in reverse order, each within its deadline. Thread: any.</summary>
    /// <param name="cancellationToken">Ends the wait, not the stopping.</param>
    /// <returns>Done when none is left.</returns>
    public Task StopActorsAsync(CancellationToken cancellationToken = default) =>
        _actors is null ? Task.CompletedTask : _actors.Root.StopAllAsync().WaitAsync(cancellationToken);

    /// <summary>Prints the tree of the loop: a line for each actor, with state, restarts and mailbox. Thread: any.</summary>
    /// <returns>Several lines; a snapshot that was not taken at one instant.</returns>
    public string Describe() => TreePrinter.Print(this, _actors?.Root);

    private LoopActors CreateActors()
    {
        var created = new LoopActors(Core, _options);
        if (Interlocked.CompareExchange(ref _actors, created, null) is { } other)
        {
            return other;
        }

        Core.Closing += created.Close;
        return created;
    }
}
