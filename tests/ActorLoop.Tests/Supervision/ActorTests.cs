using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Supervision;

public sealed class ActorTests : IDisposable
{
    private readonly TestLoop _test = new(options => new ManualClock().CreateLoop(options), new EventLoopOptions { Name = "home" });

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "AC-01 Messages arrive in the order they were sent, and never within the call that sends")]
    public void Tell_Several_ArriveInOrderAndLater()
    {
        var got = new List<int>();
        ActorRef<int> actor = Loop.Spawn(() => new FunctionActor<int>((_, n) => got.Add(n)));
        for (int i = 0; i < 1000; i++)
        {
            actor.Tell(i);
        }

        Assert.Empty(got);
        Settle();
        Assert.Equal(Enumerable.Range(0, 1000), got);

        Loop.CallSoon(() =>
        {
            actor.Tell(-1);
            Assert.NotEqual(-1, got[^1]);
        });
        Settle();
        Assert.Equal(-1, got[^1]);
        Assert.Empty(_test.Errors);
    }

    [Fact(DisplayName = "AC-02 What one thread sends arrives in order, and nothing of several threads is lost")]
    public void Tell_FromManyThreads_KeepsTheOrderOfEach()
    {
        const int Threads = 4;
        const int Messages = 20_000;
        int[] next = new int[Threads];
        int received = 0;
        using var done = new ManualResetEvent(initialState: false);
        using var running = new RunningLoop(new SelectorEventLoop());
        ActorRef<(int Thread, int Number)> actor = running.Loop.Spawn(() => new FunctionActor<(int Thread, int Number)>((_, message) =>
        {
            Assert.Equal(next[message.Thread]++, message.Number);
            if (++received == Threads * Messages)
            {
                done.Set();
            }
        }));
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(id => new Thread(() =>
        {
            for (int i = 0; i < Messages; i++)
            {
                actor.Tell((id, i));
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, Patience.Join);

        Patience.WaitFor(done, "the messages");
        Assert.Equal(0, running.Loop.Statistics.DeadLetters);
    }

    [Fact(DisplayName = "AC-03 A busy actor starves nobody: after its slice others have their turn")]
    public void Throughput_OfABusyActor_IsLimited()
    {
        int received = 0;
        int before = 0;
        ActorRef<int> busy = Loop.Spawn(
            () => new FunctionActor<int>((context, n) =>
            {
                received++;
                context.Self.Tell(n);
            }),
            options: new ActorOptions { Throughput = 10 });
        busy.Tell(1);
        _test.RunTurns(3);
        Loop.CallSoon(() => before = received);
        _test.RunTurn();
        Assert.InRange(before, 1, 40);
        Assert.InRange(received - before, 0, 20);
        busy.Stop();
        Settle();
        Assert.True(busy.IsTerminated);
    }

    [Fact(DisplayName = "AC-04 Paths are made of names, and uids tell apart who had the same path")]
    public void Path_OfActors_IsMadeOfNames()
    {
        ActorRef<int>? child = null;
        ActorRef<int> parent = Loop.Spawn(
            () => new FunctionActor<int>((context, _) => child = context.Spawn(() => new FunctionActor<int>((_, _) => { }))), "parent");
        ActorRef<int> unnamed = Loop.Spawn(() => new FunctionActor<int>((_, _) => { }));
        parent.Tell(1);
        Settle();

        Assert.Equal("home/parent", parent.Path);
        Assert.Equal("home/parent/$1", child!.Path);
        Assert.Equal("home/$1", unnamed.Path);
        Assert.Equal($"home/parent#{parent.Uid}", parent.ToString());
        Assert.Same(Loop, parent.Loop);

        parent.Stop();
        Settle();
        ActorRef<int> again = Loop.Spawn(() => new FunctionActor<int>((_, _) => { }), "parent");
        Assert.Equal(parent.Path, again.Path);
        Assert.NotEqual(parent.Uid, again.Uid);
    }

    [Theory(DisplayName = "AC-05 Bad names are refused before anything starts")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a#1")]
    [InlineData("$1")]
    public void Spawn_BadName_IsRefused(string name)
    {
        Assert.Throws<ArgumentException>(nameof(name), () => Loop.Spawn(() => new FunctionActor<int>((_, _) => { }), name));
        Assert.Equal(0, Loop.Statistics.Actors);
    }

    [Fact(DisplayName = "AC-05 A name is taken as long as its actor lives")]
    public void Spawn_NameOfALivingActor_IsRefused()
    {
        ActorRef<int> first = Loop.Spawn(() => new FunctionActor<int>((_, _) => { }), "one");
        Assert.Throws<ArgumentException>("name", () => Loop.Spawn(() => new FunctionActor<int>((_, _) => { }), "one"));
        first.Stop();
        Settle();
        Assert.True(first.IsTerminated);
        Loop.Spawn(() => new FunctionActor<int>((_, _) => { }), "one");
        Assert.Throws<ArgumentNullException>("factory", () => Loop.Spawn<int>(null!));
    }

    [Fact(DisplayName = "AC-06 The context belongs to a started instance, and is gone when that is replaced")]
    public void Context_OutsideOfALife_Throws()
    {
        var instances = new List<Exposed>();
        ActorRef<int> actor = Loop.Spawn(() =>
        {
            var exposed = new Exposed();
            instances.Add(exposed);
            Assert.Throws<InvalidOperationException>(() => exposed.Own.Self);
            return exposed;
        });
        actor.Tell(0);
        Settle();

        Assert.Equal(2, instances.Count);
        Assert.Throws<InvalidOperationException>(() => instances[0].Own);
        Assert.Same(actor, instances[1].Own.Self);
        Assert.Equal(1, instances[1].Own.RestartCount);
        Assert.Null(instances[1].Own.Parent);
        actor.Stop();
        Settle();
        Assert.Throws<InvalidOperationException>(() => instances[1].Own);
    }

    [Fact(DisplayName = "AC-07 A factory that returns null, or an instance that was used, is a failure to start")]
    public void Factory_ReturnsWhatCannotStart_IsAFailure()
    {
        var used = new FunctionActor<int>((_, _) => { });
        ActorRef<int> first = Loop.Spawn(() => used);
        ActorRef<int> second = Loop.Spawn(() => used);
        ActorRef<int> none = Loop.Spawn<int>(() => null!);
        Settle();

        Assert.False(first.IsTerminated);
        Assert.True(second.IsTerminated);
        Assert.True(none.IsTerminated);
        Assert.All(_test.Errors, error => Assert.IsType<ChildInitializationException>(error.Exception));
        Assert.All(_test.Errors, error => Assert.Equal(LoopErrorKind.Actor, error.Kind));
        Assert.Equal(2, _test.Errors.Count);
    }

    [Fact(DisplayName = "AC-08 An actor that overrides nothing says so")]
    public void Receive_NotOverridden_Fails()
    {
        ActorRef<int> actor = Loop.Spawn(() => new Empty());
        actor.Tell(1);
        Settle();

        Assert.IsType<NotSupportedException>(Assert.Single(_test.Errors).Exception);
    }

    [Fact(DisplayName = "AC-09 The current actor is the one whose message runs")]
    public void CurrentActor_InsideAndOutside_IsKnown()
    {
        ActorRef? inside = null;
        ActorRef? after = Loop.Spawn(() => new Empty());
        ActorRef<int> actor = Loop.Spawn(() => new FunctionActor<int>(async (_, _) =>
        {
            inside = EventLoop.CurrentActor;
            await Task.Yield();
            after = EventLoop.CurrentActor;
        }));
        actor.Tell(1);
        Settle();

        Assert.Same(actor, inside);
        Assert.Null(after);
        Assert.Null(EventLoop.CurrentActor);
    }

    [Fact(DisplayName = "AC-10 What stands after an await runs on the loop, and never inside another message")]
    public void ReceiveAsync_ContinuesOnTheLoop()
    {
        var gate = new TaskCompletionSource();
        bool inside = false;
        var seen = new List<string>();
        ActorRef<string> waiting = Loop.Spawn(() => new FunctionActor<string>(async (context, _) =>
        {
            await gate.Task;
            seen.Add($"{context.Loop.IsOnLoop} {inside}");
        }));
        ActorRef<string> opening = Loop.Spawn(() => new FunctionActor<string>((_, _) =>
        {
            inside = true;
            gate.SetResult();
            inside = false;
        }));
        waiting.Tell("wait");
        opening.Tell("open");
        Settle();

        Assert.Equal(["True False"], seen);
    }

    [Fact(DisplayName = "AC-11 A message costs no allocation")]
    public void Tell_OnTheLoop_AllocatesNothing()
    {
        const int Messages = 20_000;
        int left = 0;
        long allocated = 0;
        ActorRef<(long, long)> ping = null!;
        ActorRef<(long, long)> pong = Loop.Spawn(() => new FunctionActor<(long, long)>((_, ball) => ping.Tell(ball)));
        ping = Loop.Spawn(() => new FunctionActor<(long, long)>((_, ball) =>
        {
            if (left == Messages)
            {
                allocated = GC.GetAllocatedBytesForCurrentThread();
            }

            if (left-- > 0)
            {
                pong.Tell(ball);
            }
            else
            {
                allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
                Loop.Stop();
            }
        }));
        foreach (int messages in new[] { 100, Messages })
        {
            left = messages;
            ping.Tell((1, 2));
            _test.RunForever();
        }

        Assert.InRange(allocated, 0, Allocations.Noise);
    }

    [Fact(DisplayName = "AC-12 Fatal exceptions end the run and leave the actor as it is")]
    public void Receive_FatalException_EndsTheRun()
    {
        var got = new List<int>();
        ActorRef<int> actor = Loop.Spawn(() => new FunctionActor<int>((_, n) =>
        {
            got.Add(n);
            if (n == 1)
            {
                throw new FatalLoopException("enough");
            }
        }));
        actor.Tell(1);
        actor.Tell(2);

        Assert.Throws<FatalLoopException>(Settle);
        Settle();
        Assert.Equal([1, 2], got);
        Assert.Empty(_test.Errors);
    }

    [Fact(DisplayName = "AC-13 Closing the loop ends its actors, the last first, and what waits is counted")]
    public void Close_OfTheLoop_EndsActors()
    {
        var ended = new List<string>();
        ActorRef<int> first = Loop.Spawn(() => new FunctionActor<int>((_, _) => { }) { Stopped = () => ended.Add("first") });
        ActorRef<int> hanging = Loop.Spawn(
            () => new FunctionActor<int>(async (_, _) => await new TaskCompletionSource().Task) { Stopped = () => ended.Add("hanging") });
        hanging.Tell(1);
        Settle();
        hanging.Tell(2);
        ActorRef<int> unstarted = Loop.Spawn(() => new FunctionActor<int>((_, _) => { }) { Stopped = () => ended.Add("unstarted") });
        Loop.Close();

        Assert.Equal(["hanging", "first"], ended);
        Assert.All([first, hanging, unstarted], actor => Assert.True(actor.IsTerminated));
        Assert.True(first.WaitTerminatedAsync().IsCompleted);
        Assert.Equal(TellResult.Dead, first.TryTell(1));
        Assert.Equal(2, Loop.Statistics.DeadLetters);
        Assert.Equal(0, Loop.Statistics.Actors);
        Assert.Throws<LoopClosedException>(() => Loop.Spawn(() => new Empty()));
    }

    [Fact(DisplayName = "AC-14 A tree of any depth ends without filling the stack")]
    public void Stop_OfADeepTree_Ends()
    {
        const int Depth = 20_000;
        var all = new List<ActorRef>();
        ActorRef<int> top = Loop.Spawn(() => new Nested(all, Depth));
        Settle();
        Assert.Equal(Depth, all.Count);
        top.Stop();
        Settle();

        Assert.All(all, actor => Assert.True(actor.IsTerminated));
        Assert.Equal(0, Loop.Statistics.Actors);
    }

    private void Settle()
    {
        for (int turn = 0; Loop.Core.Mailbox.HasWork; turn++)
        {
            Assert.True(turn < 1_000_000, "The actors never come to rest.");
            _test.RunTurn();
        }
    }

    private sealed class Empty : Actor<int>;

    private sealed class Exposed : Actor<int>
    {
        public ActorContext<int> Own => Context;

        protected override void Receive(int message) => throw new InvalidOperationException("boom");
    }

    private sealed class Nested(List<ActorRef> all, int left) : Actor<int>
    {
        protected override void PreStart()
        {
            all.Add(Context.Self);
            if (left > 1)
            {
                Context.Spawn(() => new Nested(all, left - 1), options: new ActorOptions { Shutdown = ShutdownDeadline.Infinite });
            }
        }
    }
}
