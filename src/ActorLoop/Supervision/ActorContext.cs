using ActorLoop.Supervision;

namespace ActorLoop;

/// <summary>What an actor knows about itself and its surroundings. Thread: that of the actor's loop.</summary>
/// <typeparam name="TMessage">What the actor understands.</typeparam>
public readonly struct ActorContext<TMessage>
{
    private readonly ActorCell<TMessage> _cell;

    internal ActorContext(ActorCell<TMessage> cell) => _cell = cell;

    /// <summary>The actor itself.</summary>
    public ActorRef<TMessage> Self => _cell.TypedRef;

    /// <summary>Its supervisor; null for an actor that was spawned by a loop.</summary>
    public ActorRef? Parent => _cell.ParentRef;

    /// <summary>The children that have not ended, in the order they were started. A copy.</summary>
    public IReadOnlyCollection<ActorRef> Children => _cell.ChildRefs();

    /// <summary>The loop the actor runs on.</summary>
    public EventLoop Loop => _cell.Loop;

    /// <summary>How often the actor was started again.</summary>
    public int RestartCount => _cell.RestartCount;

    /// <summary>
    /// Canceled when the actor is about to stop or to be restarted: for what <see cref="Actor{TMessage}.ReceiveAsync"/> awaits.
    /// </summary>
    public CancellationToken Stopping => _cell.StoppingToken;

    /// <summary>Starts a child. Its factory and <c>PreStart</c> run later, never within this call.</summary>
    /// <typeparam name="TChild">What the child understands.</typeparam>
    /// <param name="factory">Makes an instance; called for each start and restart, on the child's loop.</param>
    /// <param name="name">Name among the children; null is <c>actor-N</c>.</param>
    /// <param name="options">How it is made; null is all defaults.</param>
    /// <param name="loop">Where it runs; null is the loop of this actor.</param>
    /// <returns>The child; messages sent to it before it has started are kept.</returns>
    /// <exception cref="ArgumentException">The name is empty, contains a slash, or belongs to a living child.</exception>
    /// <exception cref="InvalidOperationException">The actor is stopping.</exception>
    /// <exception cref="LoopClosedException">The other loop is closed.</exception>
    public ActorRef<TChild> Spawn<TChild>(
        Func<Actor<TChild>> factory, string? name = null, ActorOptions? options = null, EventLoop? loop = null) =>
        _cell.Spawn(factory, name, options, loop);

    /// <summary>Stops a child. It is not started again, whatever its restart type.</summary>
    /// <param name="child">The child; one that has ended is left alone.</param>
    /// <exception cref="ArgumentException">It is no child of this actor.</exception>
    public void Stop(ActorRef child)
    {
        ArgumentNullException.ThrowIfNull(child);
        _cell.StopChild(child.Node);
    }

    /// <summary>Stops all children, in reverse order.</summary>
    public void StopChildren() => _cell.StopChildren();

    /// <summary>
    /// Ends this actor after the message it works on. A permanent one is started again; all others are gone.
    /// </summary>
    public void StopSelf() => _cell.StopSelf();

    /// <summary>
    /// Asks to be told by <see cref="Actor{TMessage}.OnTerminated"/> when an actor has ended; exactly once, also if it has
    /// already.
    /// </summary>
    /// <param name="actor">Any actor, of any loop.</param>
    /// <remarks>A restart of the watcher keeps what it watches; a restart of the watched actor is not an end.</remarks>
    public void Watch(ActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        _cell.Watch(actor.Node);
    }

    /// <summary>As <see cref="Watch"/>, but the end arrives as a message of the user's own.</summary>
    /// <param name="actor">Any actor, of any loop.</param>
    /// <param name="message">What this actor receives then.</param>
    public void WatchWith(ActorRef actor, TMessage message)
    {
        ArgumentNullException.ThrowIfNull(actor);
        _cell.WatchWith(actor.Node, message);
    }

    /// <summary>Takes <see cref="Watch"/> back; a notice that is on its way is dropped.</summary>
    /// <param name="actor">Any actor.</param>
    public void Unwatch(ActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        _cell.Unwatch(actor.Node);
    }

    /// <summary>
    /// Sends a message to this actor after a delay. A timer of the same key is replaced, and nothing of it arrives any more; all
    /// timers end with the instance that started them.
    /// </summary>
    /// <param name="key">Names the timer; compared by <see cref="object.Equals(object)"/>.</param>
    /// <param name="message">What arrives.</param>
    /// <param name="delay">How long to wait, on the loop's clock; zero and negative delays are due at once.</param>
    public void StartSingleTimer(object key, TMessage message, TimeSpan delay)
    {
        ArgumentNullException.ThrowIfNull(key);
        _cell.StartTimer(key, message, delay, period: null);
    }

    /// <summary>
    /// Sends a message to this actor again and again. A message that comes due while the one before has not been received is left
    /// out. Else as <see cref="StartSingleTimer"/>.
    /// </summary>
    /// <param name="key">Names the timer; compared by <see cref="object.Equals(object)"/>.</param>
    /// <param name="message">What arrives.</param>
    /// <param name="interval">The time from one to the next, and to the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not positive.</exception>
    public void StartPeriodicTimer(object key, TMessage message, TimeSpan interval)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        _cell.StartTimer(key, message, interval, interval);
    }

    /// <summary>Ends a timer; a message of it that waits in the mailbox is not received any more.</summary>
    /// <param name="key">Names the timer.</param>
    /// <returns>Whether there was one.</returns>
    public bool CancelTimer(object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _cell.CancelTimer(key);
    }

    /// <summary>Whether a timer will still bring a message.</summary>
    /// <param name="key">Names the timer.</param>
    /// <returns>Whether there is one.</returns>
    public bool IsTimerActive(object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _cell.IsTimerActive(key);
    }
}
