using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Supervision;

public sealed class BoundedMailboxTests : LoopTest
{
    private static readonly ActorOptions s_two = new() { MailboxCapacity = 2 };

    private readonly ManualClock _clock = new();
    private readonly List<int> _got = [];

    protected override EventLoop CreateLoop(EventLoopOptions options) => _clock.CreateLoop(options);

    [Fact(DisplayName = "AC-27 A full mailbox says so, and has room again when a message was taken")]
    public void TryTell_Full_SaysSo() => Run(async () =>
    {
        ActorRef<int> actor = Loop.Spawn(() => new FunctionActor<int>((_, n) => _got.Add(n)), options: s_two);

        Assert.Equal(TellResult.Accepted, actor.TryTell(1));
        Assert.Equal(TellResult.Accepted, actor.TryTell(2));
        Assert.Equal(TellResult.Full, actor.TryTell(3));
        Assert.Throws<MailboxFullException>(() => actor.Tell(3));
        await TurnsAsync();
        Assert.Equal(TellResult.Accepted, actor.TryTell(4));
        await TurnsAsync();
        Assert.Equal([1, 2, 4], _got);
        await actor.StopAsync();
        Assert.Equal(TellResult.Dead, actor.TryTell(5));
        actor.Tell(5);
        Assert.Equal(2, Loop.Statistics.DeadLetters);
    });

    [Fact(DisplayName = "AC-27 A mailbox that drops counts what it dropped")]
    public void Tell_FullAndDropping_Counts() => Run(async () =>
    {
        ActorRef<int> actor = Loop.Spawn(
            () => new FunctionActor<int>((_, n) => _got.Add(n)), options: s_two with { Overflow = MailboxOverflow.Drop });
        for (int i = 0; i < 5; i++)
        {
            actor.Tell(i);
        }

        await TurnsAsync();
        Assert.Equal([0, 1], _got);
        Assert.Equal(3, Loop.Statistics.DeadLetters);
    });

    [Fact(DisplayName = "AC-28 SendAsync waits for room, in order, and can be canceled")]
    public void SendAsync_Full_WaitsInOrder() => Run(async () =>
    {
        ActorRef<int> actor = Loop.Spawn(() => new FunctionActor<int>((_, n) => _got.Add(n)), options: s_two);
        using var source = new CancellationTokenSource();
        Task[] sent = [.. Enumerable.Range(0, 10).Select(i => actor.SendAsync(i, i == 5 ? source.Token : default).AsTask())];
        Assert.True(sent[1].IsCompleted);
        Assert.False(sent[2].IsCompleted);
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent[5]);
        await Task.WhenAll(sent.Where(task => task != sent[5]));
        await TurnsAsync();

        Assert.Equal([0, 1, 2, 3, 4, 6, 7, 8, 9], _got);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => actor.SendAsync(1, source.Token).AsTask());
    });

    [Fact(DisplayName = "AC-28 Who waits for room in a mailbox whose actor ends goes on, and the message is a dead letter")]
    public void SendAsync_ActorEnds_GoesOn() => Run(async () =>
    {
        var gate = new TaskCompletionSource();
        ActorRef<int> actor = Loop.Spawn(
            () => new FunctionActor<int>(async (_, _) => await gate.Task),
            options: s_two with { Shutdown = ShutdownDeadline.Brutal });
        actor.Tell(0);
        await TurnsAsync();
        Task[] sent = [.. Enumerable.Range(0, 5).Select(i => actor.SendAsync(i).AsTask())];
        await actor.StopAsync();
        await Task.WhenAll(sent);

        Assert.Equal(5, Loop.Statistics.DeadLetters);
        gate.SetResult();
        await TurnsAsync();
    });

    [Fact(DisplayName = "AC-28 Nothing is lost or doubled when many wait for a small mailbox on other threads")]
    public async Task SendAsync_FromManyThreads_LosesNothing()
    {
        const int Threads = 4;
        const int Messages = 2_000;
        int[] counts = new int[Threads * Messages];
        int received = 0;
        using var done = new ManualResetEvent(initialState: false);
        using var running = new RunningLoop(new SelectorEventLoop());
        ActorRef<int> actor = running.Loop.Spawn(
            () => new FunctionActor<int>((_, n) =>
            {
                counts[n]++;
                if (++received == counts.Length)
                {
                    done.Set();
                }
            }),
            options: new ActorOptions { MailboxCapacity = 3 });
        Task[] senders = [.. Enumerable.Range(0, Threads).Select(id => Task.Run(async () =>
        {
            for (int i = 0; i < Messages; i++)
            {
                await actor.SendAsync((id * Messages) + i);
            }
        }))];

        await Task.WhenAll(senders).WaitAsync(Patience.Bound);
        Patience.WaitFor(done, "the messages");
        Assert.All(counts, count => Assert.Equal(1, count));
    }

    [Fact(DisplayName = "AC-29 F35 Two loops that flood each other through full mailboxes never block: what does not fit is refused")]
    public void Tell_BothWaysFull_NeverBlocks()
    {
        const int Rounds = 200_000;
        using var left = new RunningLoop(new SelectorEventLoop());
        using var right = new RunningLoop(new SelectorEventLoop());
        using var done = new CountdownEvent(2);
        long refused = 0;
        int[] played = [0, 0];
        ActorRef<int>[] players = new ActorRef<int>[2];
        Func<Actor<int>> Player(int side) => () => new FunctionActor<int>((_, n) =>
        {
            if (++played[side] == Rounds)
            {
                done.Signal();
            }

            if (!done.IsSet)
            {
                // Two for one: the mailboxes fill up at once.
                refused += players[1 - side].TryTell(n) == TellResult.Full ? 1 : 0;
                refused += players[1 - side].TryTell(n) == TellResult.Full ? 1 : 0;
            }
        });
        var options = new ActorOptions { MailboxCapacity = 16 };
        players[0] = left.Loop.Spawn(Player(0), options: options);
        players[1] = right.Loop.Spawn(Player(1), options: options);
        players[0].Tell(1);

        Assert.True(done.Wait(Patience.Bound), "The two came to rest before they were done.");
        Assert.True(refused > 0);
        // The loops themselves were free all the time.
        left.Do(() => { });
        right.Do(() => { });
    }

    [Fact(DisplayName = "AC-29 F35 Two actors that await room at each other hold up nobody but themselves, until their time is up")]
    public void SendAsync_BothWaysFull_HoldsUpNobodyElse() => Run(async () =>
    {
        ActorRef<int>[] actors = new ActorRef<int>[2];
        int gaveUp = 0;
        Func<Actor<int>> Player(int side) => () => new FunctionActor<int>(async (context, n) =>
        {
            if (n > 0)
            {
                return;
            }

            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), context.Loop.TimeProvider);
            try
            {
                for (int i = 1; i < 10; i++)
                {
                    await actors[1 - side].SendAsync(i, limit.Token);
                }
            }
            catch (OperationCanceledException)
            {
                gaveUp++;
            }
        });
        actors[0] = Loop.Spawn(Player(0), options: s_two);
        actors[1] = Loop.Spawn(Player(1), options: s_two);
        ActorRef<int> other = Loop.Spawn(() => new FunctionActor<int>((_, n) => _got.Add(n)));
        actors[0].Tell(0);
        actors[1].Tell(0);
        other.Tell(1);
        await TurnsAsync(5);
        Assert.Equal([1], _got);
        await Task.Delay(TimeSpan.FromSeconds(2), Loop.TimeProvider);

        Assert.Equal(2, gaveUp);
    });
}
