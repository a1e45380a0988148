using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests.Supervision;

public sealed class RootSupervisionTests : IDisposable, ISupervisionEvents
{
    private readonly ManualClock _clock = new();
    private readonly List<string> _events = [];
    private readonly RecordedLog _log = new();
    private readonly TestLoop _test;
    private Exception? _observerFails;

    public RootSupervisionTests() => _test = Create(options => options);

    private EventLoop Loop => _test.Loop;

    public void Dispose()
    {
        _test.Dispose();
        _log.Dispose();
    }

    void ISupervisionEvents.Started(ActorRef actor) => Note($"started {actor.Name}");

    void ISupervisionEvents.Failed(ActorRef actor, Exception cause, Directive decision) =>
        Note($"failed {actor.Name} {cause.Message} {decision}");

    void ISupervisionEvents.Restarted(ActorRef actor, Exception? cause) => Note($"restarted {actor.Name} {cause?.Message}");

    void ISupervisionEvents.Stopped(ActorRef actor) => Note($"stopped {actor.Name}");

    void ISupervisionEvents.DeadLetter(ActorRef target, object? message) => Note($"dead letter {target.Name} {message}");

    [Fact(DisplayName = "AC-30 By default a failing actor is reported and restarted three times in five seconds, then stopped")]
    public void DefaultStrategy_OfALoop_IsLimited()
    {
        ActorRef<int> actor = Loop.Spawn(Failing, "x");
        for (int i = 1; i <= 4; i++)
        {
            Assert.False(actor.IsTerminated);
            actor.Tell(i);
            Settle();
        }

        Assert.True(actor.IsTerminated);
        Assert.Equal(["boom 1", "boom 2", "boom 3", "boom 4"], _test.Errors.Select(error => error.Exception!.Message));
        Assert.All(_test.Errors, error => Assert.Equal(LoopErrorKind.Actor, error.Kind));
        Assert.Contains("'root/x'", _test.Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal(3, Loop.Statistics.ActorRestarts);
        Assert.Equal(4, Loop.Statistics.ActorFailures);
    }

    [Fact(DisplayName = "AC-30 After the window the budget is whole")]
    public void DefaultStrategy_AfterTheWindow_StartsAnew()
    {
        ActorRef<int> actor = Loop.Spawn(Failing, "x");
        for (int i = 1; i <= 12; i++)
        {
            actor.Tell(i);
            Settle();
            _clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.False(actor.IsTerminated);
    }

    [Fact(DisplayName = "AC-31 What is escalated by a loop's own actor ends the run of the loop, and the actor")]
    public void Escalate_AtTheRoot_EndsTheRun()
    {
        using TestLoop test = Create(options => options with
        {
            ActorStrategy = new OneForOneStrategy { Decider = Decider.AlwaysEscalate },
        });
        bool received = false;
        ActorRef<int> other = test.Loop.Spawn(() => new FunctionActor<int>((_, _) => received = true));
        ActorRef<int> actor = test.Loop.Spawn(Failing, "x");
        actor.Tell(1);

        FatalLoopException fatal = Assert.Throws<FatalLoopException>(() => test.RunTurns(10));
        Assert.Equal("boom 1", fatal.InnerException!.Message);
        other.Tell(1);
        test.RunTurns(3);
        Assert.True(actor.IsTerminated);
        Assert.True(received);
    }

    [Fact(DisplayName = "AC-32 An observer hears of every event, in order")]
    public void Events_OfALife_AreHeard()
    {
        ActorRef<int> actor = Loop.Spawn(Failing, "x");
        actor.Tell(1);
        Settle();
        actor.Stop();
        actor.Tell(2);
        Settle();
        actor.Tell(3);

        Assert.Equal(
            ["started x", "failed x boom 1 Restart", "restarted x boom 1", "dead letter x 2", "stopped x", "dead letter x 3"], _events);
    }

    [Fact(DisplayName = "AC-32 An observer that throws is reported, and supervision goes on")]
    public void Events_ObserverThrows_SupervisionGoesOn()
    {
        _observerFails = new FormatException("observer");
        ActorRef<int> actor = Loop.Spawn(Failing, "x");
        actor.Tell(1);
        Settle();
        actor.Stop();
        Settle();

        Assert.True(actor.IsTerminated);
        Assert.Equal(4, _test.Errors.Count(error => error.Exception == _observerFails));
        Assert.Single(_test.Errors, error => error.Exception?.Message == "boom 1");
    }

    [Fact(DisplayName = "AC-33 Dead letters are counted one by one and logged as a sample")]
    public void DeadLetters_Many_AreSampled()
    {
        ActorRef<int> actor = Loop.Spawn(Failing, "x");
        actor.Stop();
        Settle();
        for (int i = 0; i < 1000; i++)
        {
            actor.Tell(i);
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        actor.Tell(0);

        Assert.Equal(1001, Loop.Statistics.DeadLetters);
        string[] lines = [.. _log.Entries.Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Text)];
        Assert.Equal(11, lines.Length);
        Assert.Contains("'root/x'", lines[0], StringComparison.Ordinal);
        Assert.Contains("990 more", lines[^1], StringComparison.Ordinal);
    }

    [Fact(DisplayName = "AC-34 The tree is printed with states, restarts and mailboxes")]
    public void Describe_OfATree_PrintsIt()
    {
        var gate = new TaskCompletionSource();
        ActorRef<int> parent = Loop.Spawn(
            () => new FunctionActor<int>((_, n) => throw new FormatException($"boom {n}"))
            {
                Started = context =>
                {
                    ActorRef<int> child = context.Spawn(() => new FunctionActor<int>(async (_, _) => await gate.Task), "child");
                    child.Tell(1);
                    child.Tell(2);
                    child.Tell(3);
                },
            },
            "parent");
        Loop.Spawn(Failing, "other");
        parent.Tell(1);
        Settle();

        Assert.Equal(
            """
            root  SelectorEventLoop  idle
              parent  FunctionActor`1  running  restarts=1 mailbox=0
                child  FunctionActor`1  busy  restarts=0 mailbox=2
              other  FunctionActor`1  running  restarts=0 mailbox=0
            """,
            Loop.Describe());
        gate.SetResult();
        Settle();
        using EventLoop empty = _clock.CreateLoop(new EventLoopOptions { Name = "empty" });
        Assert.Equal("empty  SelectorEventLoop  idle", empty.Describe());
    }

    [Fact(DisplayName = "AC-35 F17 F34 An exception handler that ends the run leaves nobody between two states")]
    public void ExceptionHandler_Fatal_LeavesNobodyHalfWay()
    {
        Loop.ExceptionHandler = (_, error) => throw new FatalLoopException(error.Message);
        ActorRef<int> actor = Loop.Spawn(Failing, "x");
        actor.Tell(1);
        actor.Tell(2);

        Assert.Throws<FatalLoopException>(Settle);
        Assert.Throws<FatalLoopException>(Settle);
        Settle();
        Assert.False(actor.IsTerminated);
        Assert.Equal(2, Loop.Statistics.ActorRestarts);
    }

    private static FunctionActor<int> Failing() => new((_, n) => throw new FormatException($"boom {n}"));

    private TestLoop Create(Func<EventLoopOptions, EventLoopOptions> change) => new(
        options => _clock.CreateLoop(options),
        change(new EventLoopOptions { Name = "root", SupervisionEvents = this, LoggerFactory = _log }));

    private void Note(string text)
    {
        _events.Add(text);
        if (_observerFails is not null)
        {
            throw _observerFails;
        }
    }

    private void Settle()
    {
        for (int turn = 0; Loop.Core.Mailbox.HasWork; turn++)
        {
            Assert.True(turn < 1_000_000, "The actors never come to rest.");
            _test.RunTurn();
        }
    }
}
