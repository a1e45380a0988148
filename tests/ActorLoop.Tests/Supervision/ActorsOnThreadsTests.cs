using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Supervision;

/// <summary>Actors on loops with threads of their own: what only real threads can break.</summary>
public sealed class ActorsOnThreadsTests : IDisposable
{
    private readonly RunningLoop _left = new(new SelectorEventLoop(options: new EventLoopOptions { Name = "left" }));
    private readonly RunningLoop _right = new(new SelectorEventLoop(options: new EventLoopOptions { Name = "right" }));
    private readonly RecordedErrors _errors = new();

    public ActorsOnThreadsTests()
    {
        _left.Loop.ExceptionHandler = _errors.Handle;
        _right.Loop.ExceptionHandler = _errors.Handle;
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
        Assert.Equal(0, _left.Loop.Statistics.Actors);
        Assert.Equal(0, _right.Loop.Statistics.Actors);
    }

    [Fact(DisplayName = "AC-36 A child runs on the loop it was spawned to, and its supervisor decides from its own")]
    public async Task Spawn_OnAnotherLoop_RunsThere()
    {
        var threads = new TaskCompletionSource<(bool Child, bool Supervisor)>();
        bool decidedOnLeft = false;
        IDecider decider = Decider.From(_ =>
        {
            decidedOnLeft = _left.Loop.IsOnLoop;
            return Directive.Restart;
        });
        var child = new TaskCompletionSource<ActorRef<int>>();
        ActorRef<int> parent = _left.Loop.Spawn(
            () => new FunctionActor<int>((context, _) => child.SetResult(context.Spawn(
                () => new FunctionActor<int>((own, n) =>
                {
                    if (n == 0)
                    {
                        throw new InvalidOperationException("boom");
                    }

                    threads.SetResult((own.Loop == _right.Loop && _right.Loop.IsOnLoop, decidedOnLeft));
                }),
                "far",
                loop: _right.Loop))),
            "near",
            new ActorOptions { Strategy = new OneForOneStrategy { Decider = decider } });
        parent.Tell(1);
        ActorRef<int> far = await child.Task.WaitAsync(Patience.Bound);
        far.Tell(0);
        far.Tell(1);

        Assert.Equal((true, true), await threads.Task.WaitAsync(Patience.Bound));
        Assert.Equal("left/near/far", far.Path);
        Assert.Equal(1, _right.Loop.Statistics.ActorRestarts);
        await parent.StopAsync().WaitAsync(Patience.Bound);
        Assert.True(far.IsTerminated);
        Assert.Single(_errors.All);
    }

    [Fact(DisplayName = "AC-37 Every watcher hears exactly once, however watching and ending race")]
    public async Task Watch_RacesWithTheEnd_IsToldOnce()
    {
        const int Rounds = 2_000;
        int told = 0;
        using var done = new CountdownEvent(Rounds);
        ActorRef<ActorRef> watcher = _left.Loop.Spawn(() => new FunctionActor<ActorRef>((context, target) => context.Watch(target))
        {
            Heard = _ =>
            {
                told++;
                done.Signal();
            },
        });
        for (int i = 0; i < Rounds; i++)
        {
            ActorRef<int> target = _right.Loop.Spawn(() => new FunctionActor<int>((_, _) => { }));
            watcher.Tell(target);
            target.Stop();
        }

        Assert.True(done.Wait(Patience.Bound));
        await watcher.StopAsync().WaitAsync(Patience.Bound);
        Assert.Equal(Rounds, told);
    }

    [Fact(DisplayName = "AC-38 A loop that closes tells watchers and supervisors on other loops, as the end of the address")]
    public async Task Close_OfALoop_TellsOtherLoops()
    {
        var heard = new TaskCompletionSource<Terminated>();
        var spawned = new TaskCompletionSource<ActorRef>();
        var loop = new SelectorEventLoop(options: new EventLoopOptions { Name = "short" });
        void WatchAndSpawn(ActorContext<ActorRef> context, ActorRef target)
        {
            context.Watch(target);
            spawned.TrySetResult(context.Spawn(() => new FunctionActor<int>((_, _) => { }), "child", loop: loop));
        }

        ActorRef<ActorRef> watcher = _left.Loop.Spawn(() => new FunctionActor<ActorRef>(WatchAndSpawn) { Heard = heard.SetResult });
        ActorRef<int> target;
        ActorRef child;
        using (var running = new RunningLoop(loop))
        {
            target = loop.Spawn(() => new FunctionActor<int>((_, _) => { }));
            watcher.Tell(target);
            child = await spawned.Task.WaitAsync(Patience.Bound);
        }

        Terminated notice = await heard.Task.WaitAsync(Patience.Bound);
        Assert.Same(target, notice.Ref);
        Assert.True(notice.AddressTerminated);
        Assert.True(child.IsTerminated);
        await watcher.StopAsync().WaitAsync(Patience.Bound);
        Assert.Equal(0, loop.Statistics.Actors);
    }

    [Fact(DisplayName = "AC-38 Who watches an actor of a closed loop is told at once")]
    public async Task Watch_OnAClosedLoop_IsTold()
    {
        var loop = new SelectorEventLoop();
        ActorRef<int> target = loop.Spawn(() => new FunctionActor<int>((_, _) => { }));
        loop.Close();
        var heard = new TaskCompletionSource<Terminated>();
        ActorRef<ActorRef> watcher = _left.Loop.Spawn(
            () => new FunctionActor<ActorRef>((context, other) => context.Watch(other)) { Heard = heard.SetResult });
        watcher.Tell(target);

        Terminated notice = await heard.Task.WaitAsync(Patience.Bound);
        Assert.False(notice.ExistenceConfirmed);
        Assert.True(notice.AddressTerminated);
    }

    [Fact(DisplayName = "AC-39 Every message sent while an actor ends is received or counted, from whatever thread")]
    public async Task Tell_RacesWithTheEnd_IsReceivedOrCounted()
    {
        const int Rounds = 300;
        long sent = 0;
        long received = 0;
        for (int round = 0; round < Rounds; round++)
        {
            ActorRef<int> actor = _right.Loop.Spawn(() => new FunctionActor<int>((_, _) => received++));
            Task sender = Task.Run(() =>
            {
                for (int i = 0; i < 50; i++)
                {
                    actor.Tell(i);
                    Interlocked.Increment(ref sent);
                }
            });
            actor.Tell(-1);
            Interlocked.Increment(ref sent);
            await sender;
            await actor.StopAsync().WaitAsync(Patience.Bound);
        }

        Assert.Equal(sent, received + _right.Loop.Statistics.DeadLetters);
    }

    [Fact(DisplayName = "AC-40 Spawning from many threads gives every actor its name and its end")]
    public async Task Spawn_FromManyThreads_Works()
    {
        Task<ActorRef<int>[]>[] spawning = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => Enumerable.Range(0, 500).Select(_ => _left.Loop.Spawn(() => new FunctionActor<int>((_, _) => { }))).ToArray()))];
        ActorRef<int>[] all = [.. (await Task.WhenAll(spawning)).SelectMany(some => some)];

        Assert.Equal(all.Length, all.Select(actor => actor.Path).Distinct().Count());
        Assert.Equal(all.Length, all.Select(actor => actor.Uid).Distinct().Count());
        await _left.Loop.StopActorsAsync().WaitAsync(Patience.Bound);
        Assert.All(all, actor => Assert.True(actor.IsTerminated));
    }

    [Fact(DisplayName = "AC-41 F33 A peer that makes an actor fail ten thousand times costs its siblings nothing")]
    public async Task Failures_OfTemporaryChildren_SpendNoBudget()
    {
        const int Crashes = 10_000;
        using var done = new CountdownEvent(Crashes);
        _left.Loop.ExceptionHandler = (_, _) => { };
        ActorRef<int> listener = _left.Loop.Spawn(
            () => new FunctionActor<int>((context, _) => context.Spawn(
                () => new FunctionActor<int>((_, _) => throw new FormatException("hostile")) { Stopped = () => done.Signal() },
                options: new ActorOptions { Restart = RestartType.Temporary }).Tell(1)),
            "listener",
            new ActorOptions { Strategy = new OneForOneStrategy { MaxRetries = 1, OnExhausted = OnExhausted.Escalate } });
        for (int i = 0; i < Crashes; i++)
        {
            listener.Tell(i);
        }

        Assert.True(done.Wait(Patience.Bound));
        Assert.False(listener.IsTerminated);
        Assert.Equal(0, _left.Loop.Statistics.ActorRestarts);
        await listener.StopAsync().WaitAsync(Patience.Bound);
    }

    [Fact(DisplayName = "AC-42 A stop that crosses loops has its deadline even if the other loop hangs")]
    public async Task Stop_OtherLoopHangs_GivesUp()
    {
        using var hang = new ManualResetEventSlim();
        var child = new TaskCompletionSource<ActorRef<int>>();
        ActorRef<int> parent = _left.Loop.Spawn(
            () => new FunctionActor<int>((context, _) => child.SetResult(
                context.Spawn(() => new FunctionActor<int>((_, _) => hang.Wait(Patience.Bound)), loop: _right.Loop))),
            options: new ActorOptions { Shutdown = ShutdownDeadline.After(TimeSpan.FromMilliseconds(20)) });
        parent.Tell(1);
        ActorRef<int> hanging = await child.Task.WaitAsync(Patience.Bound);
        hanging.Tell(1);

        await parent.StopAsync().WaitAsync(Patience.Bound);
        Assert.True(parent.IsTerminated);
        hang.Set();
        await hanging.WaitTerminatedAsync().WaitAsync(Patience.Bound);
    }
}
