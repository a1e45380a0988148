using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Mailboxes;

public sealed class BoundedMailboxTests : IDisposable
{
    private const int Capacity = 3;

    private readonly TestLoop _test = new(new EventLoopOptions { MailboxCapacity = Capacity, Name = "bounded" });
    private readonly List<string> _ran = [];

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Post_ToAFullMailbox_IsRefused()
    {
        for (int i = 0; i < Capacity; i++)
        {
            Loop.Post(Note("accepted"));
        }

        Assert.False(Loop.TryPost(Note("never")));
        Assert.False(Loop.TryPost(_ => _ran.Add("never"), null));
        var error = Assert.Throws<MailboxFullException>(() => Loop.Post(Note("never")));
        Assert.Throws<MailboxFullException>(() => Loop.Post(_ => _ran.Add("never"), null));
        Assert.Contains("bounded", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{Capacity}", error.Message, StringComparison.Ordinal);

        _test.RunTurn();
        Assert.Equal(Enumerable.Repeat("accepted", Capacity), _ran);
        Assert.True(Loop.TryPost(Note("room again")));
        _test.RunTurn();
        Assert.Equal("room again", _ran[^1]);
        Assert.Equal(0, Loop.Statistics.DeadLetters);
    }

    [Fact]
    public void FullMailbox_StillTakes_CallbacksTimersAndContinuations()
    {
        var source = new TaskCompletionSource();
        _ = Loop.CreateTask(async _ =>
        {
            await source.Task;
            _ran.Add("continuation");
        });
        _test.RunTurn();
        while (Loop.TryPost(Note("post")))
        {
        }

        TestLoop.OnOtherThread(() =>
        {
            source.SetResult();
            Loop.CallSoonThreadSafe(Note("callback"));
            Loop.CallLater(TimeSpan.Zero, Note("timer"));
            Assert.False(Loop.TryPost(Note("never")));
        });
        _test.RunTurnsUntil(() => _ran.Count == Capacity + 3, "everything ran");
        Assert.Equal(["callback", "continuation", "post", "post", "post", "timer"], _ran.Order());
    }

    [Fact]
    public void Post_OnTheLoop_IsNotBounded()
    {
        Loop.CallSoon(() =>
        {
            for (int i = 0; i < 10 * Capacity; i++)
            {
                Loop.Post(Note("local"));
            }
        });
        _test.RunTurns(2);
        Assert.Equal(10 * Capacity, _ran.Count);
        Assert.Empty(_test.Errors);
    }

    [Fact]
    public void Close_OfAFullMailbox_RunsWhatItAccepted()
    {
        while (Loop.TryPost(Note("accepted")))
        {
        }

        Loop.Close();
        Assert.Equal(Capacity, _ran.Count);
        Assert.Throws<LoopClosedException>(() => Loop.Post(Note("never")));
    }

    [Fact]
    public void Producers_ThatRetry_LoseNothing()
    {
        const int Each = 2_000;
        using var running = new RunningLoop(
            EventLoop.Create(new EventLoopOptions { MailboxCapacity = 16 }));
        int ran = 0;
        int refused = 0;
        int deepest = 0;
        Thread[] producers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                while (!running.Loop.TryPost(() => ran++))
                {
                    Interlocked.Increment(ref refused);
                    Thread.Yield();
                }
            }
        }))];
        Array.ForEach(producers, thread => thread.Start());
        while (producers.Any(thread => thread.IsAlive))
        {
            deepest = Math.Max(deepest, running.Do(() => running.Loop.Statistics.MailboxDepth));
        }

        running.Do(() => { });
        Assert.Equal(4 * Each, ran);

        // The capacity, what is being moved to the loop's own queue, and the question itself.
        Assert.InRange(deepest, 0, 2 * (16 + 4) + 1);
    }

    private Action Note(string name) => () => _ran.Add(name);
}
