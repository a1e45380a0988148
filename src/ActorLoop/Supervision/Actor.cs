using ActorLoop.Supervision;

namespace ActorLoop;

/// <summary>An object that nobody calls: it gets messages, one at a time, on the thread of its loop.</summary>
/// <typeparam name="TMessage">What it understands.</typeparam>
/// <remarks>
/// <para>
/// Override <see cref="Receive"/>, or <see cref="ReceiveAsync"/> if it has to await. Everything of one actor runs on its loop, so
/// that its fields need no lock.
/// </para>
/// <para>
/// Hooks, in Akka's order: a start is factory, <see cref="PreStart"/>; a restart is <see cref="PreRestart"/> on the old instance,
/// the end of the children, factory, <see cref="PostRestart"/> on the new one; an end is the end of the children, then
/// <see cref="PostStop"/>. An instance that failed in its first hook gets no <see cref="PostStop"/>.
/// </para>
/// <para>
/// What an actor throws goes to its supervisor. <see cref="FatalLoopException"/> goes through to the run of the loop.
/// </para>
/// </remarks>
public abstract class Actor<TMessage>
{
    private ActorCell<TMessage>? _cell;
    private bool _isUsed;

    /// <summary>What the actor knows about itself and its surroundings, and its timers.</summary>
    /// <exception cref="InvalidOperationException">
    /// In the constructor, and on an instance that was replaced or has ended.
    /// </exception>
    protected ActorContext<TMessage> Context => new(_cell ?? throw new InvalidOperationException(
        $"{GetType().Name} has no context: it has not been started (use PreStart instead of the constructor), or it was replaced."));

    /// <summary>
    /// What it does about its children where <see cref="ActorOptions.Strategy"/> does not say. Default:
    /// <see cref="SupervisorStrategy.Default"/>.
    /// </summary>
    protected virtual SupervisorStrategy Strategy => SupervisorStrategy.Default;

    /// <summary>Whether this instance belongs or has belonged to an actor.</summary>
    internal bool IsUsed => _isUsed;

    /// <summary>Handles a message.</summary>
    /// <param name="message">The message.</param>
    /// <exception cref="NotSupportedException">Neither this nor <see cref="ReceiveAsync"/> is overridden.</exception>
    protected virtual void Receive(TMessage message) =>
        throw new NotSupportedException($"{GetType().Name} overrides neither Receive nor ReceiveAsync.");

    /// <summary>
    /// Handles a message that has to wait for something. The next message comes when the returned task has ended; what stands after
    /// an <c>await</c> runs on the loop. The default calls <see cref="Receive"/>.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <returns>Done when the message is handled.</returns>
    /// <remarks>
    /// A stop or a restart cancels <see cref="ActorContext{TMessage}.Stopping"/> and waits for the end of this method, at most as
    /// long as <see cref="ActorOptions.Shutdown"/> says. What it throws then is no failure any more; a cancellation is dropped,
    /// everything else reported.
    /// </remarks>
    protected virtual ValueTask ReceiveAsync(TMessage message)
    {
        Receive(message);
        return default;
    }

    /// <summary>
    /// Called when an actor that this one watches has ended, after all that it had sent. The default fails with
    /// <see cref="DeathPactException"/>.
    /// </summary>
    /// <param name="notice">Who ended, and how.</param>
    protected virtual void OnTerminated(Terminated notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        throw new DeathPactException($"'{notice.Ref.Path}' ended, and {GetType().Name}, which watches it, has no OnTerminated.");
    }

    /// <summary>Called before the first message.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>Called when the actor has ended. Children are gone by then; what it throws is reported.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>
    /// Called on the instance that failed, before it is replaced. The default stops all children and calls <see cref="PostStop"/>;
    /// children that an override leaves alone live on. What it throws is reported, and the restart goes on.
    /// </summary>
    /// <param name="reason">What the actor failed with.</param>
    /// <param name="message">The message it failed at; null when it was none. It is not received again.</param>
    protected virtual void PreRestart(Exception reason, object? message)
    {
        _cell!.AbandonChildren();
        PostStop();
    }

    /// <summary>Called on the instance that takes over. The default calls <see cref="PreStart"/>.</summary>
    /// <param name="reason">What the instance before it failed with.</param>
    protected virtual void PostRestart(Exception reason) => PreStart();

    internal SupervisorStrategy? CallStrategy() => Strategy;

    internal ValueTask CallReceiveAsync(TMessage message) => ReceiveAsync(message);

    internal void CallOnTerminated(Terminated notice) => OnTerminated(notice);

    internal void CallPreStart() => PreStart();

    internal void CallPostStop() => PostStop();

    internal void CallPreRestart(Exception reason, object? message) => PreRestart(reason, message);

    internal void CallPostRestart(Exception reason) => PostRestart(reason);

    internal void Attach(ActorCell<TMessage> cell)
    {
        _cell = cell;
        _isUsed = true;
    }

    /// <summary>What is left of the instance, such as code after an await, has no context any more.</summary>
    internal void Detach() => _cell = null;
}
