using System.Runtime.CompilerServices;
using ActorLoop.TestKit;
using ActorLoop.Tests.Selectors;
using Xunit;

namespace ActorLoop.Tests.Loops;

/// <summary>One turn, and the order of what runs in it (IT).</summary>
public abstract class IterationContract<TKind> : LoopContract<TKind>
    where TKind : ILoopKind, new()
{
    [Fact(DisplayName = "IT-01 IT-03 One turn runs what was queued, then I/O, then timers, and nothing they add")]
    public void Turn_WithEverything_RunsItInOrder()
    {
        if (RefusesToWatch())
        {
            return;
        }

        DescriptorPair pair = NewReadablePair();
        TimeSpan past = Loop.Time - TimeSpan.FromMilliseconds(5);
        Loop.CallAt(past, () =>
        {
            Ran.Add("timer");
            Loop.CallSoon(Note("from timer"));
        });
        Loop.AddReader(pair.Near, () =>
        {
            Ran.Add("reader");
            Loop.RemoveReader(pair.Near);
            Loop.CallSoon(Note("from reader"));
        });
        Loop.CallSoon(() =>
        {
            Ran.Add("callback");
            Loop.CallSoon(Note("from callback"));
            Loop.CallAt(past, Note("late timer"));
        });
        ExpectReady(1);

        Test.RunTurn();
        Assert.Equal(["callback", "reader", "timer"], Ran);
        Ran.Clear();
        Test.RunTurn();
        Assert.Equal(["from callback", "from reader", "from timer", "late timer"], Ran);
    }

    [Fact(DisplayName = "IT-01 A canceled timer does not run and does not count")]
    public void Turn_WithACanceledTimer_PurgesIt()
    {
        TimerHandle timer = Loop.CallAt(TimeSpan.Zero, Note("canceled"));
        timer.Cancel();
        Loop.CallAt(TimeSpan.Zero, Note("kept"));
        Test.RunTurn();
        Assert.Equal(["kept"], Ran);
        Assert.Equal(0, Loop.Statistics.ActiveTimers);
        Assert.Equal(1, Loop.Statistics.TimersFired);
    }

    [Fact(DisplayName = "IT-04 The reader of a descriptor runs before its writer")]
    public void Turn_WithADescriptorReadyForBoth_ReadsFirst()
    {
        if (RefusesToWatch())
        {
            return;
        }

        DescriptorPair pair = NewReadablePair();
        Loop.AddWriter(pair.Near, Note("writer"));
        Loop.AddReader(pair.Near, Note("reader"));
        ExpectReady(1);
        Test.RunTurn();
        Assert.Equal(["reader", "writer"], Ran);
    }

    [Fact(DisplayName = "IT-05 Callbacks run first in, first out, once, and never inside the call that queues them")]
    public void CallSoon_ManyTimes_IsFifo()
    {
        const int Count = 2_000;
        var order = new List<int>();
        Loop.CallSoon(() =>
        {
            for (int i = 0; i < Count; i++)
            {
                int number = i;
                switch (i % 4)
                {
                    case 0:
                        Loop.CallSoon(() => order.Add(number));
                        break;
                    case 1:
                        Loop.CallSoonThreadSafe(state => order.Add((int)state!), number);
                        break;
                    case 2:
                        Loop.Post(() => order.Add(number));
                        break;
                    default:
                        Assert.True(Loop.TryPost(state => order.Add((int)state!), number));
                        break;
                }

                Assert.Empty(order);
            }
        });
        Test.RunTurns(3);
        Assert.Empty(Test.Errors);
        Assert.Equal(Enumerable.Range(0, Count), order);
    }

    [Fact(DisplayName = "IT-06 A callback that reschedules itself starves neither I/O nor timers")]
    public void CallSoon_ForEver_LeavesRoomForOthers()
    {
        if (RefusesToWatch())
        {
            return;
        }

        DescriptorPair pair = NewPair();
        bool isOver = false;
        void Again()
        {
            if (!isOver)
            {
                Loop.CallSoon(Again);
            }
        }

        Loop.CallSoon(Again);
        Loop.AddReader(pair.Near, () =>
        {
            pair.ReceiveAtNear();
            Ran.Add("read");
            Loop.CallLater(TimeSpan.FromMilliseconds(1), () =>
            {
                Ran.Add("timer");
                isOver = true;
                Loop.Stop();
            });
        });
        Loop.CallLater(TimeSpan.FromMilliseconds(1), pair.SendToNear);
        Test.RunForever();
        Assert.Equal(["read", "timer"], Ran);
    }

    [Fact(DisplayName = "IT-06 The system is asked between every two batches")]
    public void CallSoon_ForEver_PollsEveryTurn()
    {
        if (RefusesToWatch())
        {
            return;
        }

        DescriptorPair pair = NewPair();
        void Again()
        {
            Ran.Add("callback");
            Loop.CallSoon(Again);
        }

        Loop.CallSoon(Again);
        Loop.AddReader(pair.Near, Note("reader"));
        Test.RunTurn();
        pair.SendToNear();
        for (int i = 0; i < 3; i++)
        {
            ExpectReady(1);
            Test.RunTurn();
        }

        Assert.Equal(["callback", "callback", "reader", "callback", "reader", "callback", "reader"], Ran);
    }

    [Fact(DisplayName = "IT-07 A handle that is canceled while it is queued is skipped")]
    public void Cancel_OfAQueuedHandle_SkipsIt()
    {
        Handle? later = null;
        Handle? timer = null;
        Loop.CallSoon(() =>
        {
            later!.Cancel();
            timer!.Cancel();
            Ran.Add("canceler");
        });
        later = Loop.CallSoon(Note("later"));
        timer = Loop.CallAt(TimeSpan.Zero, Note("timer"));
        Handle before = Loop.CallSoon(Note("before"));
        before.Cancel();
        Test.RunTurns(2);
        Assert.Equal(["canceler"], Ran);
    }

    [Fact(DisplayName = "IT-07 Canceling drops the references to callback and argument at once")]
    public void Cancel_OfAQueuedHandle_DropsItsReferences()
    {
        (Handle handle, WeakReference argument) = ScheduleForWeak();
        handle.Cancel();
        Patience.WaitFor(
            () =>
            {
                GC.Collect();
                return !argument.IsAlive;
            },
            "the argument is collected while its handle is still queued");
        Assert.Equal(1, Loop.Statistics.MailboxDepth);
        GC.KeepAlive(handle);
    }

    [Fact(DisplayName = "IT-08 Cancel may come twice or after the run, and IsCanceled says that it was called")]
    public void Cancel_TwiceOrTooLate_IsHarmless()
    {
        Handle twice = Loop.CallSoon(Note("twice"));
        Assert.False(twice.IsCanceled);
        twice.Cancel();
        twice.Cancel();
        Assert.True(twice.IsCanceled);

        Handle late = Loop.CallSoon(Note("late"));
        Test.RunTurn();
        Assert.False(late.IsCanceled);
        late.Cancel();
        late.Cancel();
        Assert.True(late.IsCanceled);
        Test.RunTurns(2);
        Assert.Equal(["late"], Ran);
    }

    [Fact(DisplayName = "IT-08 A callback may cancel its own handle")]
    public void Cancel_OfTheRunningHandle_LetsItFinish()
    {
        Handle? own = null;
        own = Loop.CallSoon(() =>
        {
            own!.Cancel();
            Ran.Add("finished");
        });
        Test.RunTurns(2);
        Assert.Equal(["finished"], Ran);
        Assert.True(own.IsCanceled);
        Assert.Empty(Test.Errors);
    }

    [Fact(DisplayName = "IT-10 An exception in one callback keeps none of the batch from running")]
    public void Exception_InABatch_LeavesTheRest()
    {
        Loop.CallSoon(Note("first"));
        Loop.CallSoon(() => throw new IOException("broken"));
        Loop.CallSoon(Note("last"));
        Test.RunTurn();
        Assert.Equal(["first", "last"], Ran);
        Assert.Equal(["broken"], Test.Errors.Select(error => error.Exception!.Message));
    }

    [Fact(DisplayName = "IT-11 A missing callback is refused at once")]
    public void Callback_Null_IsRefused()
    {
        DescriptorPair pair = NewPair();
        Action[] refused =
        [
            () => Loop.CallSoon(null!),
            () => Loop.CallSoon(null!, state: null),
            () => Loop.CallSoonThreadSafe(null!),
            () => Loop.CallSoonThreadSafe(null!, state: null),
            () => Loop.Post(null!),
            () => Loop.Post(null!, state: null),
            () => Loop.TryPost(null!),
            () => Loop.TryPost(null!, state: null),
            () => Loop.CallLater(TimeSpan.Zero, null!),
            () => Loop.CallLater(TimeSpan.Zero, null!, state: null),
            () => Loop.CallAt(TimeSpan.Zero, null!),
            () => Loop.AddReader(pair.Near, null!),
            () => Loop.AddWriter(pair.Near, null!),
        ];
        Assert.All(refused, call => Assert.Throws<ArgumentNullException>("callback", call));
        Assert.Equal(0, Loop.Statistics.MailboxDepth);
        Assert.Equal(0, Loop.Statistics.Descriptors);
    }

    [Fact(DisplayName = "IT-12 An idle loop takes no turn until something happens")]
    public void Loop_WithNothingToDo_Sleeps()
    {
        using var idle = new RunningLoop(NewLoop().Loop);
        using var busy = new RunningLoop(NewLoop().Loop);
        long before = SettledTurns(idle.Loop);

        // The window is as long as another loop needs for a thousand messages from here and back.
        for (int i = 0; i < 1_000; i++)
        {
            busy.Do(() => { });
        }

        // A wait may end early when a signal arrives, but that is no loop that spins.
        Assert.InRange(idle.Loop.Statistics.Turns, before, before + 3);
        idle.Do(() => { });
        Assert.InRange(idle.Loop.Statistics.Turns, before + 1, before + 8);
    }

    [Fact(DisplayName = "IT-13 Short sleeps end in few turns: a wait is rounded up, never down")]
    public void ShortSleeps_Five_TakeFewTurns()
    {
        Test.Run(async () =>
        {
            long before = Loop.Statistics.Turns;
            foreach (double seconds in new[] { 1e-2, 1e-4, 1e-6, 1e-8, 1e-10 })
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds), Loop.TimeProvider);
            }

            Assert.InRange(Loop.Statistics.Turns - before, 2, 20);
        });
    }

    /// <summary>The number of turns once the loop has gone to sleep.</summary>
    private static long SettledTurns(EventLoop loop)
    {
        long turns = -1;
        int same = 0;
        Patience.WaitFor(
            () =>
            {
                long now = loop.Statistics.Turns;
                same = now == turns ? same + 1 : 0;
                turns = now;
                return same == 5;
            },
            "the loop sleeps");
        return turns;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (Handle Handle, WeakReference Argument) ScheduleForWeak()
    {
        object argument = new();
        Handle handle = Loop.CallSoon(_ => { }, argument);
        return (handle, new WeakReference(argument));
    }
}
