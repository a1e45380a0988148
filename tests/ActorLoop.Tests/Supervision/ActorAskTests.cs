using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Supervision;

public sealed class ActorAskTests : LoopTest
{
    private static readonly TimeSpan s_patience = Patience.Bound;

    private readonly ManualClock _clock = new();

    protected override EventLoop CreateLoop(EventLoopOptions options) => _clock.CreateLoop(options);

    [Fact(DisplayName = "AC-15 A question gets its answer, once")]
    public void Ask_Answered_GetsTheAnswer() => Run(async () =>
    {
        bool second = true;
        ActorRef<(int N, ReplyTo<int> To)> actor = Loop.Spawn(() => new FunctionActor<(int N, ReplyTo<int> To)>((_, question) =>
        {
            Assert.False(question.To.IsCompleted);
            Assert.True(question.To.Send(question.N * 2));
            second = question.To.Send(0);
        }));

        Assert.Equal(42, await actor.AskAsync<int>(to => (21, to), s_patience));
        Assert.False(second);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    });

    [Fact(DisplayName = "AC-15 An answer may be an exception")]
    public void Ask_AnsweredByAnException_Throws() => Run(async () =>
    {
        ActorRef<ReplyTo<int>> actor = Loop.Spawn(
            () => new FunctionActor<ReplyTo<int>>((_, to) => to.Fail(new FormatException("no number"))));

        Assert.Equal("no number", (await Assert.ThrowsAsync<FormatException>(() => actor.AskAsync<int>(to => to, s_patience))).Message);
    });

    [Fact(DisplayName = "AC-16 A question nobody answers ends with its time, on the clock of the loop")]
    public void Ask_NoAnswer_TimesOut() => Run(async () =>
    {
        ReplyTo<int>? late = null;
        ActorRef<ReplyTo<int>> actor = Loop.Spawn(() => new FunctionActor<ReplyTo<int>>((_, to) => late = to));
        TimeSpan before = Loop.Time;

        await Assert.ThrowsAsync<TimeoutException>(() => actor.AskAsync<int>(to => to, TimeSpan.FromHours(1)));
        Assert.InRange(Loop.Time - before, TimeSpan.FromHours(1), TimeSpan.FromHours(1.1));
        Assert.False(late!.Send(1));
        Assert.True(late.IsCompleted);
    });

    [Fact(DisplayName = "AC-17 A question ends with the token, and with the task that asks")]
    public void Ask_Canceled_Ends() => Run(async () =>
    {
        ActorRef<ReplyTo<int>> actor = Loop.Spawn(() => new FunctionActor<ReplyTo<int>>((_, _) => { }));
        using var source = new CancellationTokenSource();
        Task<int> asked = actor.AskAsync<int>(to => to, Timeout.InfiniteTimeSpan, source.Token);
        LoopTask asking = Loop.CreateTask(_ => actor.AskAsync<int>(to => to, TimeSpan.FromHours(1)));
        await TurnsAsync();
        source.Cancel();
        asking.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.Task);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => actor.AskAsync<int>(to => to, s_patience, source.Token));
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    });

    [Theory(DisplayName = "AC-18 A question to an actor that is gone, or ends before it answers, does not wait")]
    [InlineData(false)]
    [InlineData(true)]
    public void Ask_ActorEnds_Fails(bool first) => Run(async () =>
    {
        ActorRef<ReplyTo<int>> actor = Loop.Spawn(() => new FunctionActor<ReplyTo<int>>((_, _) => { }));
        if (first)
        {
            await actor.StopAsync();
        }

        Task<int> asked = actor.AskAsync<int>(to => to, Timeout.InfiniteTimeSpan);
        actor.Stop();
        await Assert.ThrowsAsync<ActorTerminatedException>(() => asked);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    });

    [Fact(DisplayName = "AC-18 A question survives a restart: another message may answer it")]
    public void Ask_ActorRestarts_StillWaits() => Run(async () =>
    {
        ReplyTo<int>? kept = null;
        ActorRef<ReplyTo<int>?> actor = Loop.Spawn(() => new FunctionActor<ReplyTo<int>?>((_, to) =>
        {
            if (to is null)
            {
                kept!.Send(7);
                return;
            }

            kept = to;
            throw new InvalidOperationException("boom");
        }));
        Task<int> asked = actor.AskAsync<int>(to => to, s_patience);
        actor.Tell(null);

        Assert.Equal(7, await asked);
        Assert.Equal("boom", TakeReport().Exception!.Message);
    });

    [Fact(DisplayName = "AC-19 Bad arguments of a question are refused, and a full mailbox refuses it")]
    public void Ask_Refused_Throws() => Run(async () =>
    {
        ActorRef<ReplyTo<int>> actor = Loop.Spawn(
            () => new FunctionActor<ReplyTo<int>>((_, _) => { }), options: new ActorOptions { MailboxCapacity = 1 });
        await Assert.ThrowsAsync<ArgumentNullException>("message", () => actor.AskAsync<int>(null!, s_patience));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("timeout", () => actor.AskAsync<int>(to => to, -s_patience));
        _ = actor.AskAsync<int>(to => to, Timeout.InfiniteTimeSpan);
        await Assert.ThrowsAsync<MailboxFullException>(() => actor.AskAsync<int>(to => to, s_patience));
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    });

    [Fact(DisplayName = "AC-20 A stop can be awaited, by several, and after the end")]
    public void StopAsync_BySeveral_AllHear() => Run(async () =>
    {
        bool ended = false;
        ActorRef<int> actor = Loop.Spawn(() => new FunctionActor<int>((_, _) => { }) { Stopped = () => ended = true });
        using var source = new CancellationTokenSource();
        Task canceled = actor.WaitTerminatedAsync(source.Token);
        source.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        await Task.WhenAll(actor.StopAsync(), actor.StopAsync(), actor.WaitTerminatedAsync());

        Assert.True(ended);
        Assert.True(actor.IsTerminated);
        await actor.StopAsync();
    });

    [Fact(DisplayName = "AC-21 The actors of a loop stop in reverse order, each when the one before has ended")]
    public void StopActors_OfALoop_StopInReverse() => Run(async () =>
    {
        var ended = new List<string>();
        var gate = new TaskCompletionSource();
        Loop.Spawn(() => new FunctionActor<int>((_, _) => { }) { Stopped = () => ended.Add("a") });
        ActorRef<int> slow = Loop.Spawn(() => new FunctionActor<int>(async (_, _) => await gate.Task) { Stopped = () => ended.Add("b") });
        Loop.Spawn(() => new FunctionActor<int>((_, _) => { }) { Stopped = () => ended.Add("c") });
        slow.Tell(1);
        await TurnsAsync();
        Task stopping = Loop.StopActorsAsync();
        await TurnsAsync();
        Assert.Equal(["c"], ended);
        gate.SetResult();
        await stopping;

        Assert.Equal(["c", "b", "a"], ended);
        await Loop.StopActorsAsync();
        Assert.Equal(0, Loop.Statistics.Actors);
    });
}
