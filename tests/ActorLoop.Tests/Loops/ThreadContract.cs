using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Loops;

/// <summary>What other threads may do with a loop (TH).</summary>
public abstract class ThreadContract<TKind> : LoopContract<TKind>
    where TKind : ILoopKind, new()
{
    [Fact(DisplayName = "TH-01 What several threads schedule runs on the loop, each thread's in its order")]
    public void CallSoonThreadSafe_FromSeveralThreads_KeepsEachOrder()
    {
        const int Threads = 4;
        const int Each = 2_000;
        int[] next = new int[Threads];
        int wrong = 0;
        int left = Threads * Each;
        void Arrived(int thread, int number)
        {
            if (next[thread]++ != number || !Loop.IsOnLoop)
            {
                wrong++;
            }

            if (--left == 0)
            {
                Loop.Stop();
            }
        }

        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                int number = i;
                if (i % 2 == 0)
                {
                    Loop.CallSoonThreadSafe(() => Arrived(thread, number));
                }
                else
                {
                    Loop.Post(() => Arrived(thread, number));
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Test.RunForever();
        Array.ForEach(threads, Patience.Join);
        Assert.Equal(0, wrong);
        Assert.Equal(0, left);
    }

    [Fact(DisplayName = "TH-02 A call of another thread wakes a loop that sleeps without limit")]
    public void CallSoonThreadSafe_WhileTheLoopSleeps_WakesIt()
    {
        using var running = new RunningLoop(NewLoop().Loop);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(i, running.Do(() => i));
        }
    }

    [Fact(DisplayName = "TH-02 On the loop's own thread the thread-safe call keeps its place among the others")]
    public void CallSoonThreadSafe_OnTheLoop_IsFifoWithCallSoon()
    {
        Loop.CallSoon(() =>
        {
            Loop.CallSoon(Note("1"));
            Loop.CallSoonThreadSafe(Note("2"));
            Loop.Post(Note("3"));
            Loop.CallSoon(Note("4"));
        });
        Test.RunTurns(2);
        Assert.Equal(["1", "2", "3", "4"], Ran);
    }

    [Fact(DisplayName = "TH-02 Posts of another thread and of the loop stand in one causal order")]
    public void Post_CausedByAnother_ComesBehindIt()
    {
        Loop.CallSoon(() =>
        {
            TestLoop.OnOtherThread(() => Loop.Post(Note("foreign, first")));
            Loop.Post(Note("local, second"));
            TestLoop.OnOtherThread(() => Loop.CallSoonThreadSafe(Note("foreign, third")));
            Loop.CallSoon(Note("local, fourth"));
        });
        Test.RunTurns(2);
        Assert.Equal(["foreign, first", "local, second", "foreign, third", "local, fourth"], Ran);
    }

    [Fact(DisplayName = "TH-03 Wake-ups coalesce: many posts, few wake-ups")]
    public void Post_ManyTimes_WakesSeldom()
    {
        const int Posts = 50_000;
        using var running = new RunningLoop(NewLoop().Loop);
        using var all = new ManualResetEventSlim();
        int left = Posts;
        running.Do(() =>
        {
            // While this callback runs the loop is awake, so that not one of these posts may pay for a wake-up.
            long before = running.Loop.Statistics.WakeUps;
            TestLoop.OnOtherThread(() =>
            {
                for (int i = 0; i < Posts; i++)
                {
                    running.Loop.Post(() =>
                    {
                        if (--left == 0)
                        {
                            all.Set();
                        }
                    });
                }
            });
            Assert.Equal(before, running.Loop.Statistics.WakeUps);
        });
        Patience.WaitFor(all.WaitHandle, "all posts ran");
        Assert.InRange(running.Loop.Statistics.WakeUps, 0, 20);
    }

    [Fact(DisplayName = "TH-02 A post that arrives just as the loop falls asleep still wakes it")]
    public void Post_AtEveryMoment_IsNeverMissed()
    {
        // Each round ends with the loop about to sleep while the answer travels: a lost wake-up hangs it.
        using var running = new RunningLoop(NewLoop().Loop);
        using var arrived = new SemaphoreSlim(0);
        Action answer = () => arrived.Release();
        for (int i = 0; i < 5_000; i++)
        {
            running.Loop.Post(answer);
            Thread.SpinWait(i % 97);
            running.Loop.Post(answer);
            Assert.True(arrived.Wait(Patience.Bound), $"round {i}");
            Assert.True(arrived.Wait(Patience.Bound), $"round {i}");
        }
    }

    [Fact(DisplayName = "LC-05 TH-02 A Stop of another thread is never missed, whenever it comes")]
    public void Stop_FromAnotherThread_IsNeverMissed()
    {
        using var round = new Barrier(2);
        const int Rounds = 2_000;
        var stopper = new Thread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                round.SignalAndWait();
                Thread.SpinWait((i % 211) * 3);
                Loop.Stop();
            }
        });
        stopper.IsBackground = true;
        stopper.Start();
        for (int i = 0; i < Rounds; i++)
        {
            Loop.CallSoon(() => Loop.CallSoon(() => { }));
            round.SignalAndWait();
            Test.RunForever();
        }

        Patience.Join(stopper);
    }

    [Fact(DisplayName = "TH-05 A task of another thread runs on the loop, and its outcome comes back")]
    public async Task TaskScheduler_FromAnotherThread_PropagatesBothWays()
    {
        using var running = new RunningLoop(NewLoop().Loop);
        using var source = new CancellationTokenSource();
        EventLoop loop = running.Loop;
        Task<T> Start<T>(Func<Task<T>> body) =>
            Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.None, loop.TaskScheduler)
                .Unwrap()
                .WaitAsync(Patience.Bound);

        Assert.Equal(5, await Start(async () =>
        {
            await Task.Yield();
            Assert.True(loop.IsOnLoop);
            return 5;
        }));
        await Assert.ThrowsAsync<IOException>(() => Start<int>(() => throw new IOException()));
        Task<int> endless = Start(async () =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, loop.TimeProvider, source.Token);
            return 1;
        });
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);
    }

    [Fact(DisplayName = "TH-06 Another thread may cancel a handle: its callback runs whole or not at all")]
    public void Cancel_FromAnotherThread_IsSafe()
    {
        const int Count = 20_000;
        using var running = new RunningLoop(NewLoop().Loop);
        int ran = 0;
        int torn = 0;
        Action<object?> callback = state =>
        {
            ran++;
            torn += state is null ? 1 : 0;
        };
        var handles = new Handle[Count];
        for (int i = 0; i < Count; i++)
        {
            handles[i] = i % 2 == 0
                ? running.Loop.CallSoonThreadSafe(callback, handles)
                : running.Loop.CallLater(TimeSpan.FromMicroseconds(i % 50), callback, handles);
            handles[i / 2].Cancel();
        }

        int canceled = handles.Count(handle => handle.IsCanceled);
        Patience.WaitFor(() => running.Do(() => running.Loop.Statistics.ActiveTimers == 0), "all timers have gone");
        running.Do(() => { });
        Assert.Equal(Count / 2, canceled);
        Assert.InRange(ran, Count / 2, Count);
        Assert.Equal(0, torn);
    }

    [Fact(DisplayName = "TH-06 A handle that another thread canceled before does not run")]
    public void Cancel_FromAnotherThread_BeforeTheRun_Skips()
    {
        Handle handle = Loop.CallSoonThreadSafe(Note("never"));
        TimerHandle timer = Loop.CallLater(TimeSpan.Zero, Note("never"));
        TestLoop.OnOtherThread(() =>
        {
            handle.Cancel();
            timer.Cancel();
        });
        Test.RunTurns(3);
        Assert.Empty(Ran);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
    }
}
