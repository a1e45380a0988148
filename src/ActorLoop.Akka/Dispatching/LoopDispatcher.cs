using ActorLoop.Akka.Dispatching;
using Akka.Dispatch;
using Akka.Event;

namespace ActorLoop.Akka;

/// <summary>Runs Akka.NET actors on the thread of one event loop.</summary>
/// <remarks>
/// <para>
/// Constructors, <c>PreStart</c>, messages and the continuations of <c>await</c> in <c>ReceiveAsync</c> all run on the loop, in
/// turns: a mailbox runs at most <see cref="MessageDispatcher.Throughput"/> + 1 messages before the loop goes on.
/// </para>
/// <para>
/// Once the loop is closed its actors run on the thread pool, so that they can still be stopped. The dispatcher never closes the
/// loop. An actor on it must not block: <c>Ask(…).Result</c> of an actor on the same loop waits for ever.
/// </para>
/// <para>Made by <see cref="LoopDispatcherConfigurator"/>.</para>
/// </remarks>
public sealed class LoopDispatcher : MessageDispatcher
{
    private static readonly Action<object?> s_run = static work => Run((IRunnable)work!);

    private readonly Action<object?> _runWatched;
    private volatile EventLoop _loop;

    internal LoopDispatcher(LoopDispatcherConfigurator configurator, EventLoop loop, LoopDispatcherOptions options)
        : base(configurator)
    {
        _loop = loop;
        _runWatched = work => RunWatched((IRunnable)work!);
        Id = options.Id ?? DefaultIdOf(loop);
        Throughput = options.Throughput;
        ShutdownTimeout = options.ShutdownTimeout;
    }

    /// <summary>The loop whose thread runs the actors. Thread: any.</summary>
    public EventLoop Loop => _loop;

    internal static string DefaultIdOf(EventLoop loop) => $"actorloop.{loop.Name}";

    /// <summary>Actors run on another loop from now on; what was posted to the old one still runs there, or in the pool.</summary>
    internal void MoveTo(EventLoop loop) => _loop = loop;

    /// <summary>Posts a run to the loop.</summary>
    /// <param name="run">The mailbox, or whatever else has to run.</param>
    /// <remarks>
    /// Never throws: the mailbox is marked as scheduled already, and an error would leave its actor stuck for good.
    /// </remarks>
    protected override void ExecuteTask(IRunnable run)
    {
        EventLoop loop = _loop;
        Action<object?> callback = loop.Debug ? _runWatched : s_run;
        if (!loop.TryPost(callback, run) && !TryPostPastBound(loop, callback, run))
        {
            ThreadPool.UnsafeQueueUserWorkItem(run, preferLocal: false);
        }
    }

    /// <summary>Does nothing: called when the last actor has gone, and the next one may come later.</summary>
    protected override void Shutdown()
    {
    }

    /// <summary>
    /// The bound of a loop's mailbox is for its users: a run that was refused is taken as what the loop may not refuse.
    /// </summary>
    private static bool TryPostPastBound(EventLoop loop, Action<object?> callback, IRunnable run)
    {
        if (loop.IsClosed)
        {
            return false;
        }

        try
        {
            loop.CallSoonThreadSafe(callback, run);
            return true;
        }
        catch (LoopClosedException)
        {
            return false;
        }
    }

    private static void Run(IRunnable run)
    {
        using (AkkaContext.Enter())
        {
            run.Run();
        }
    }

    /// <summary>In debug mode another thread looks whether the run comes to its end: one that waits for itself never does.</summary>
    private void RunWatched(IRunnable run)
    {
        EventLoop loop = EventLoop.CurrentOrDefault ?? _loop;
        TimeSpan start = loop.Time;
#pragma warning disable RS0030 // A timer of the loop could not tell that the loop is blocked.
        using var watch = new Timer(_ => TellBlocked(loop, start, run), null, loop.SlowCallbackDuration, Timeout.InfiniteTimeSpan);
#pragma warning restore RS0030
        Run(run);
    }

    private void TellBlocked(EventLoop loop, TimeSpan start, IRunnable run) => EventStream.Publish(new Warning(
        Id,
        typeof(LoopDispatcher),
        $"An actor on loop '{loop.Name}' blocks its thread for {(loop.Time - start).TotalMilliseconds:F0} ms: {run}"));
}
