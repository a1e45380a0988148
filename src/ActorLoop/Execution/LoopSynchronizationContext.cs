using ActorLoop.Scheduling;

namespace ActorLoop.Execution;

/// <summary>
/// Brings <c>await</c> back to the loop: every continuation becomes a message, a step of its task if it has one.
/// </summary>
/// <remarks>
/// The runtime continues an await inline when the captured context is the very object that is current at completion. The
/// <see cref="Dispatcher"/> therefore replaces the current object after every message that may have captured it.
/// </remarks>
internal sealed class LoopSynchronizationContext(LoopCore core, LoopTask? task) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        core.TryPost(new Message(d, state, task));
    }

    /// <summary>The same as the other, without the delegate that it would take to get here.</summary>
    public void Post(Action<object?> continuation, object? state) => core.TryPost(new Message(continuation, state, task));

    public override void Send(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        if (core.IsOnLoop)
        {
            d(state);
            return;
        }

        new BlockingSend(d, state).RunOn(core);
    }

    public override SynchronizationContext CreateCopy() => this;

#pragma warning disable CA1001 // RunOn disposes the event: its only waiter knows when it is done with.
    /// <summary>Lets another thread wait until the loop has run a callback.</summary>
    private sealed class BlockingSend(SendOrPostCallback callback, object? state) : IMessage
#pragma warning restore CA1001
    {
        private readonly ManualResetEventSlim _done = new();
        private Exception? _failure;

        public void RunOn(LoopCore core)
        {
            core.Post(new Message(this));
            _done.Wait();
            _done.Dispose();
            if (_failure is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
            }
        }

        void IMessage.Run()
        {
            try
            {
                callback(state);
            }
            catch (Exception failure)
            {
                // Send's contract: the exception belongs to the sender, not to the loop.
                _failure = failure;
            }
            finally
            {
                _done.Set();
            }
        }
    }
}
