using ActorLoop.TestKit;
using ActorLoop.Tests.Selectors;
using Xunit;

namespace ActorLoop.Tests.Execution;

/// <summary>Async locals: taken along when something is scheduled, and gone when it has run.</summary>
public sealed class AsyncLocalTests : IDisposable
{
    private readonly TestLoop _test = new();
    private readonly AsyncLocal<string?> _local = new();
    private readonly List<string?> _seen = [];
    private readonly DescriptorPair _pair = new();

    private EventLoop Loop => _test.Loop;

    public static TheoryData<string> Ways =>
    [
        "CallSoon", "CallSoon with state", "CallSoonThreadSafe", "Post", "Post with state", "TryPost", "CallLater", "CallAt",
        "AddReader", "timer", "task", "scheduler",
    ];

    public void Dispose()
    {
        _test.Dispose();
        _pair.Dispose();
    }

    [Theory(DisplayName = "IT-09 A callback sees the async locals of the moment in which it was scheduled")]
    [MemberData(nameof(Ways))]
    public void Callback_ScheduledAnyWay_SeesItsContext(string way)
    {
        _local.Value = "first";
        Schedule(way, Look);
        _local.Value = "second";
        if (way != "AddReader")
        {
            Schedule(way, Look);
        }

        _local.Value = "changed later";
        int expected = way == "AddReader" ? 1 : 2;
        _test.RunTurnsUntil(() => _seen.Count >= expected, "the callbacks ran");
        Assert.Equal(new[] { "first", "second" }.Take(expected), _seen.Take(expected));
        Assert.Equal("changed later", _local.Value);
        Assert.Empty(_test.Errors);
    }

    [Theory(DisplayName = "IT-09 What a callback sets is not seen by the next one")]
    [MemberData(nameof(Ways))]
    public void Callback_ThatSetsALocal_LeaksNothing(string way)
    {
        Schedule(way, () =>
        {
            Look();
            _local.Value = "leak";
        });
        _test.RunTurnsUntil(() => _seen.Count > 0, "the callback ran");
        Loop.Post(Look);
        Loop.CallSoon(Look);
        _test.RunTurnsUntil(() => _seen.Count(value => value is null) >= 3, "nothing leaked");
        Assert.DoesNotContain("leak", _seen);
        Assert.Null(_local.Value);
    }

    [Fact(DisplayName = "IT-09 A context can be given, and is the one the callback runs in")]
    public void Callback_WithAGivenContext_RunsInIt()
    {
        _local.Value = "given";
        ExecutionContext context = ExecutionContext.Capture()!;
        _local.Value = "current";
        Loop.CallSoon(Look, context);
        Loop.CallSoon(_ => Look(), null, context);
        Loop.CallSoonThreadSafe(Look, context);
        Loop.CallSoonThreadSafe(_ => Look(), null, context);
        Loop.CallLater(TimeSpan.Zero, Look, context);
        Loop.CallLater(TimeSpan.Zero, _ => Look(), null, context);
        Loop.CallAt(TimeSpan.Zero, Look, context);
        Loop.CallSoon(Look);
        _test.RunTurnsUntil(() => _seen.Count == 8, "all ran");
        Assert.Equal(7, _seen.Count(value => value == "given"));
        Assert.Equal(1, _seen.Count(value => value == "current"));
    }

    [Fact(DisplayName = "IT-09 What was scheduled by a callback inherits its context")]
    public void Callback_ScheduledByACallback_Inherits()
    {
        _local.Value = "outer";
        Loop.CallSoon(() =>
        {
            _local.Value = "inner";
            Loop.CallSoon(Look);
            Loop.Post(Look);
        });
        _local.Value = null;
        _test.RunTurns(2);
        Assert.Equal(["inner", "inner"], _seen);
    }

    [Fact(DisplayName = "IT-09 An await keeps the async locals of its method")]
    public void Await_OnTheLoop_KeepsLocals()
    {
        var source = new TaskCompletionSource();
        Loop.CallSoon(() => _ = StartAsync());
        Loop.CallSoon(() =>
        {
            _local.Value = "of the completing one";
            source.SetResult();
        });
        _test.RunTurns(3);
        Assert.Equal(["of the method"], _seen);

        async Task StartAsync()
        {
            _local.Value = "of the method";
            await source.Task;
            Look();
        }
    }

    [Fact(DisplayName = "IT-09 With the flow suppressed a callback runs in the default context")]
    public void Callback_WithSuppressedFlow_SeesNothing()
    {
        _local.Value = "not taken along";
        using (ExecutionContext.SuppressFlow())
        {
            Loop.CallSoon(Look);
            Loop.Post(Look);
        }

        Loop.CallSoon(() => ExecutionContext.SuppressFlow());
        Loop.CallSoon(() => _seen.Add(ExecutionContext.IsFlowSuppressed() ? "suppressed" : null));
        _test.RunTurn();
        Assert.Equal([null, null, null], _seen);
        Assert.Empty(_test.Errors);
    }

    private void Look() => _seen.Add(_local.Value);

    private void Schedule(string way, Action callback)
    {
        switch (way)
        {
            case "CallSoon":
                Loop.CallSoon(callback);
                break;
            case "CallSoon with state":
                Loop.CallSoon(_ => callback(), null);
                break;
            case "CallSoonThreadSafe":
                Loop.CallSoonThreadSafe(callback);
                break;
            case "Post":
                Loop.Post(callback);
                break;
            case "Post with state":
                Loop.Post(_ => callback(), null);
                break;
            case "TryPost":
                Assert.True(Loop.TryPost(callback));
                break;
            case "CallLater":
                Loop.CallLater(TimeSpan.Zero, callback);
                break;
            case "CallAt":
                Loop.CallAt(Loop.Time, callback);
                break;
            case "AddReader":
                _pair.SendToNear();
                Loop.AddReader(_pair.Near, callback);
                break;
            case "timer":
                Loop.TimeProvider.CreateTimer(_ => callback(), null, TimeSpan.Zero, TimeSpan.Zero);
                break;
            case "task":
                _ = Loop.CreateTask(async _ =>
                {
                    await Task.Yield();
                    callback();
                });
                break;
            default:
                _ = Task.Factory.StartNew(callback, CancellationToken.None, TaskCreationOptions.None, Loop.TaskScheduler);
                break;
        }
    }
}
