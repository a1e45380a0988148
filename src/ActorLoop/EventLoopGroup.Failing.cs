using ActorLoop.Connections;
using ActorLoop.Supervision;

namespace ActorLoop;

/// <content>What becomes of a loop whose run ends by an exception.</content>
public sealed partial class EventLoopGroup
{
    private readonly LoopPlace[] _places;
    private readonly List<EventLoopThread> _failed = [];
    private volatile EventLoop[] _loops = [];

    private EventLoopThread StartLoop(int index)
    {
        EventLoopOptions options = _options.Loop with { Name = $"{_options.Name}/loop-{index}" };
        Func<EventLoop> factory = _sharedSelector is null
            ? () => (_options.LoopFactory ?? EventLoop.Create)(options)
            : () => new SelectorEventLoop(_sharedSelector.CreatePort(), options);
        return new EventLoopThread(factory, (thread, failure) => LoopFailed(index, thread, failure));
    }

    /// <summary>Thread: that of the loop, which has not been cleaned up yet, so that others need not wait for that.</summary>
    private void LoopFailed(int index, EventLoopThread thread, Exception failure)
    {
        EventLoop dead = thread.Loop;
        EventLoop? fresh;
        Directive directive;
        bool isLast;
        lock (_gate)
        {
            LoopPlace place = _places[index];
            directive = _isStopping ? Directive.Stop : Decide(place, dead, failure);
            EventLoopThread? next = directive == Directive.Restart ? TryStartLoop(index, dead) : null;
            directive = directive == Directive.Restart && next is null ? Directive.Stop : directive;
            fresh = next?.Loop;
            _failed.Add(thread);
            place.IsLost = next is null;
            place.Thread = next ?? thread;
            isLast = Array.TrueForAll(_places, other => other.IsLost);
            _loops = [.. _places.Select(other => other.Thread.Loop)];
            if (!_isStopping)
            {
                _servers.ForEach(server => server.LoopFailed(dead.Core, fresh?.Core));
            }
        }

        if (_options.LoopStrategy.ReportFailures || directive != Directive.Restart)
        {
            Report(dead, $"Loop '{dead.Name}' ended by an exception: {directive}", failure);
        }

        Tell(dead, events => events.Failed(dead.Actor, failure, directive));
        if (fresh is not null)
        {
            Tell(dead, events => events.Restarted(fresh.Actor, failure));
        }
        else if (isLast || directive == Directive.Escalate)
        {
            _ = Shutdown.RunAsync(ShutdownReason.FromFailure(failure));
        }
    }

    private Directive Decide(LoopPlace place, EventLoop dead, Exception failure)
    {
        SupervisorStrategy strategy = _options.LoopStrategy;
        try
        {
            // A loop that failed cannot be trusted to go on.
            Directive directive = strategy.Decider.Decide(failure) is var answer && answer == Directive.Resume ? Directive.Restart : answer;
            if (directive != Directive.Restart || place.Restarts.RequestRestart(strategy, dead.Core.Clock.Ticks))
            {
                return directive;
            }

            return strategy.OnExhausted == OnExhausted.Escalate ? Directive.Escalate : Directive.Stop;
        }
        catch (Exception broken)
        {
            Report(dead, $"The decider of group '{_options.Name}' failed", broken);
            return Directive.Escalate;
        }
    }

    private EventLoopThread? TryStartLoop(int index, EventLoop dead)
    {
        try
        {
            return StartLoop(index);
        }
        catch (Exception broken)
        {
            Report(dead, $"No new loop could be made in place of '{dead.Name}'", broken);
            return null;
        }
    }

    private void Tell(EventLoop dead, Action<ISupervisionEvents> what)
    {
        try
        {
            if (_options.Loop.SupervisionEvents is { } events)
            {
                what(events);
            }
        }
        catch (Exception broken)
        {
            Report(dead, $"An observer of supervision failed at group '{_options.Name}'", broken);
        }
    }

    private static void Report(EventLoop loop, string what, Exception failure) =>
        loop.CallExceptionHandler(new LoopExceptionContext(what) { Kind = LoopErrorKind.Actor, Exception = failure });

    /// <summary>One of the places for loops, with the budget that those who have it one after the other share.</summary>
    private sealed class LoopPlace(EventLoopThread thread)
    {
        public EventLoopThread Thread { get; set; } = thread;

        public bool IsLost { get; set; }

        public ChildRestartStats Restarts { get; } = new();
    }
}
