using ActorLoop.Akka.Tests.Kit;
using ActorLoop.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorLoop.Akka.Tests.Dispatching;

public sealed class DispatcherTests : AkkaTest
{
    private static readonly AsyncLocal<string?> s_local = new();

    [Fact(DisplayName = "AK-01 Constructor, PreStart, messages and PostStop run on the loop's thread")]
    public async Task Actor_OnALoop_RunsThereFromConstructorToPostStop()
    {
        Probe probe = NewProbe();
        IActorRef actor = Spawn(() =>
        {
            probe.Ref.Tell(("constructor", Loop.IsOnLoop));
            return new Script((_, _) => probe.Ref.Tell(("message", Loop.IsOnLoop)))
            {
                OnStart = () => probe.Ref.Tell(("start", Loop.IsOnLoop)),
                OnStop = () => probe.Ref.Tell(("stop", Loop.IsOnLoop)),
            };
        });
        actor.Tell("hello");
        actor.Tell(PoisonPill.Instance);
        await probe.ExpectAsync(("constructor", true));
        await probe.ExpectAsync(("start", true));
        await probe.ExpectAsync(("message", true));
        await probe.ExpectAsync(("stop", true));
    }

    [Fact(DisplayName = "AK-02 await in ReceiveAsync comes back to the loop's thread and to its actor")]
    public async Task ReceiveAsync_Awaiting_GoesOnInItsActorOnTheLoop()
    {
        Probe probe = NewProbe();
        IActorRef actor = Spawn(() => new AsyncScript(async (message, context) =>
        {
            SynchronizationContext? before = SynchronizationContext.Current;
            await ((TaskCompletionSource)message).Task;
            context.Sender.Tell((before, Loop.IsOnLoop, context.Self));
            await Task.Yield();
            context.Sender.Tell((before, Loop.IsOnLoop, context.Self));
        }));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.Tell(gate, probe.Ref);
        gate.SetResult();
        await probe.ExpectAsync(((SynchronizationContext?)null, true, actor));
        await probe.ExpectAsync(((SynchronizationContext?)null, true, actor));
    }

    [Fact(DisplayName = "AK-03 ConfigureAwait(false) in a handler leaves the loop, as documented")]
    public async Task ReceiveAsync_WithConfigureAwaitFalse_LeavesTheLoop()
    {
        Probe probe = NewProbe();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef actor = Spawn(() => new AsyncScript(async (_, _) =>
        {
            reached.SetResult();
            await gate.Task.ConfigureAwait(false);
            probe.Ref.Tell(Loop.IsOnLoop);
        }));
        actor.Tell("go");
        await reached.Task;
        await OnLoopAsync(() => true);
        gate.SetResult();
        await probe.ExpectAsync(false);
    }

    [Fact(DisplayName = "AK-04 While a handler awaits, its actor's messages wait and other actors of the loop go on")]
    public async Task ReceiveAsync_Awaiting_HoldsBackItsOwnMessagesOnly()
    {
        Probe probe = NewProbe();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        IActorRef waiting = Spawn(() => new AsyncScript(async (message, _) =>
        {
            probe.Ref.Tell($"begin {message}");
            if (message is "first")
            {
                await gate.Task;
            }

            probe.Ref.Tell($"end {message}");
        }));
        IActorRef other = Spawn(() => new Script((message, _) => probe.Ref.Tell(message)));
        waiting.Tell("first");
        waiting.Tell("second");
        await probe.ExpectAsync("begin first");
        other.Tell("other");
        await probe.ExpectAsync("other");
        gate.SetResult();
        await probe.ExpectAsync("end first");
        await probe.ExpectAsync("begin second");
        await probe.ExpectAsync("end second");
    }

    [Fact(DisplayName = "AK-05 On a closed loop actors run in the pool, so that they can still be stopped")]
    public async Task Actor_WhenItsLoopIsClosed_StillEnds()
    {
        Probe probe = NewProbe();
        IActorRef actor = Spawn(() => new Script((message, _) => probe.Ref.Tell(message)) { OnStop = () => probe.Ref.Tell("stopped") });
        actor.Tell("before");
        await probe.ExpectAsync("before");
        await Thread.StopAsync();
        await probe.WatchAsync(actor);
        actor.Tell("after");
        await probe.ExpectAsync("after");
        System.Stop(actor);
        await probe.ExpectAsync("stopped");
        await probe.ExpectTerminatedAsync();
    }

    [Fact(DisplayName = "AK-06 A mailbox runs Throughput + 1 messages, then the loop goes on to others")]
    public async Task Mailbox_WithManyMessages_LetsTheLoopGoOn()
    {
        int received = 0;
        IActorRef actor = Spawn(() => new Script((_, _) => received++));
        var seen = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await actor.Ask<ActorIdentity>(new Identify(1), Patience.Bound);
        Loop.Post(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                actor.Tell("one");
            }

            Loop.Post(() => seen.SetResult(received));
        });
        Assert.Equal(new LoopDispatcherOptions().Throughput + 1, await seen.Task.WaitAsync(Patience.Bound));
    }

    [Fact(DisplayName = "AK-08 The dispatcher outlives its last actor, and never closes the loop")]
    public async Task Dispatcher_AfterItsLastActor_TakesAnother()
    {
        Assert.True(System.Dispatchers.RegisterConfigurator("mine", new LoopDispatcherConfigurator(
            Loop, System.Dispatchers.Prerequisites, new LoopDispatcherOptions { ShutdownTimeout = TimeSpan.Zero })));
        Probe probe = NewProbe();
        for (int i = 0; i < 3; i++)
        {
            IActorRef actor = System.ActorOf(
                Made.By(() => new Script((message, _) => probe.Ref.Tell(message))).WithDispatcher("mine"));
            await probe.WatchAsync(actor);
            actor.Tell(i);
            await probe.ExpectAsync(i);
            actor.Tell(PoisonPill.Instance);
            await probe.ExpectTerminatedAsync();
        }

        Assert.True(Loop.IsRunning);
    }

    [Fact(DisplayName = "AK-09 Guardians and whoever names no dispatcher stay on the pool")]
    public async Task Actor_WithoutADispatcher_StaysOnThePool()
    {
        _ = Extension.DispatcherOf(Loop);
        Probe probe = NewProbe();
        IActorRef actor = System.ActorOf(Made.By(() => new Script((_, _) => probe.Ref.Tell(Loop.IsOnLoop))));
        actor.Tell("where");
        await probe.ExpectAsync(false);
        Assert.IsNotType<LoopDispatcher>(System.Dispatchers.DefaultGlobalDispatcher);
    }

    [Fact(DisplayName = "AK-10 In debug mode an actor that blocks its loop is told while it does")]
    public async Task Actor_BlockingItsLoop_IsReported()
    {
        EventLoopThread thread = StartLoop(new EventLoopOptions
        {
            Debug = true,
            SlowCallbackDuration = TimeSpan.FromMilliseconds(1),
        });
        Probe probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(global::Akka.Event.Warning));
        using var release = new ManualResetEventSlim();
        IActorRef actor = System.ActorOf(Made.By(() => new Script((_, _) => Patience.WaitFor(release.WaitHandle, "release")))
            .WithDispatcher(Extension.DispatcherOf(thread.Loop)));
        actor.Tell("block");
        global::Akka.Event.Warning warning;
        do
        {
            warning = await probe.FishAsync<global::Akka.Event.Warning>();
        }
        while (!warning.Message.ToString()!.Contains("blocks its thread", StringComparison.Ordinal));

        release.Set();
        Assert.Contains(thread.Loop.Name, warning.Message.ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "AK-11 A message from actor to actor on one loop never runs inside the sender")]
    public async Task Tell_ToAnActorOnTheSameLoop_NeverRunsInline()
    {
        Probe probe = NewProbe();
        IActorRef second = Spawn(() => new Script((_, context) => probe.Ref.Tell(("second", context.Self))));
        IActorRef first = Spawn(() => new Script((_, context) =>
        {
            second.Tell("go");
            probe.Ref.Tell(("first", context.Self));
        }));
        first.Tell("go");
        await probe.ExpectAsync(("first", first));
        await probe.ExpectAsync(("second", second));
    }

    [Fact(DisplayName = "AK-14 Async locals of the sender stay with it, and the loop's own context comes back after a run")]
    public async Task Run_OfAMailbox_LeavesNoContextBehind()
    {
        Probe probe = NewProbe();
        IActorRef actor = Spawn(() => new Script((_, _) => probe.Ref.Tell(s_local.Value ?? "none")));
        s_local.Value = "sender";
        actor.Tell("what");
        await probe.ExpectAsync("none");
        Assert.Equal("sender", s_local.Value);
        Assert.NotNull(await OnLoopAsync(() => SynchronizationContext.Current));
    }

    [Fact(DisplayName = "AK-15 A run that is posted to the loop allocates nothing")]
    public async Task Run_PostedToTheLoop_AllocatesNothing()
    {
        const int Count = 50_000;
        Assert.True(System.Dispatchers.RegisterConfigurator("single", new LoopDispatcherConfigurator(
            Loop, System.Dispatchers.Prerequisites, new LoopDispatcherOptions { Throughput = 1 })));
        Probe probe = NewProbe();
        object message = new();
        long start = 0;
        int left = 0;
        IActorRef actor = System.ActorOf(Made.By(() => new Script((what, context) =>
        {
            if (what is int count)
            {
                left = count;
                start = GC.GetAllocatedBytesForCurrentThread();
            }

            if (left-- > 0)
            {
                context.Self.Tell(message, ActorRefs.NoSender);
                return;
            }

            probe.Ref.Tell(GC.GetAllocatedBytesForCurrentThread() - start);
        })).WithDispatcher("single"));
        actor.Tell(1000);
        await probe.ExpectAsync<long>();
        actor.Tell(Count);
        Assert.InRange(await probe.ExpectAsync<long>(), 0, Allocations.Noise);
    }

    [Fact(DisplayName = "AK-16 A full mailbox of the loop keeps no actor from running there")]
    public async Task Actor_OnALoopWithAFullMailbox_StillRunsThere()
    {
        EventLoopThread thread = StartLoop(new EventLoopOptions { MailboxCapacity = 1 });
        Probe probe = NewProbe();
        IActorRef actor = System.ActorOf(Made.By(() => new Script((_, _) => probe.Ref.Tell(thread.Loop.IsOnLoop)))
            .WithDispatcher(Extension.DispatcherOf(thread.Loop)));
        using var release = new ManualResetEventSlim();
        Assert.True(thread.Loop.TryPost(() => Patience.WaitFor(release.WaitHandle, "release")));
        Patience.WaitFor(() => !thread.Loop.TryPost(() => { }), "full mailbox");
        actor.Tell("go");
        release.Set();
        await probe.ExpectAsync(true);
    }
}
