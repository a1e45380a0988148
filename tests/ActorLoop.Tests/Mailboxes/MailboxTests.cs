using ActorLoop.Mailboxes;
using ActorLoop.Scheduling;
using ActorLoop.TestKit;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ActorLoop.Tests.Mailboxes;

public sealed class MailboxTests
{
    private int _wakeUps;

    [Fact(DisplayName = "TH-02 Posts of the owner and of others come out in the order they went in")]
    public void Mailbox_WithLocalAndForeignPosts_IsOneFifo()
    {
        Mailbox mailbox = NewMailbox();
        mailbox.SetOwner(true);
        for (int i = 0; i < 600; i += 3)
        {
            PostForeign(mailbox, i, i + 1);
            mailbox.PostLocal(Number(i + 2));
        }

        Assert.Equal(600, mailbox.Count);
        Assert.Equal(Enumerable.Range(0, 600), TakeAll(mailbox));
        Assert.False(mailbox.HasWork);
    }

    [Fact(DisplayName = "TH-02 The mailbox is one queue, whoever posts and whenever it is emptied")]
    public void Mailbox_UnderRandomOperations_MatchesAQueue() =>
        Prop.ForAll<byte[]>(operations =>
        {
            Mailbox mailbox = NewMailbox();
            var model = new Queue<int>();
            int next = 0;
            bool isOwned = false;
            foreach (byte operation in operations)
            {
                switch (operation % 6)
                {
                    case 0:
                        isOwned = !isOwned;
                        mailbox.SetOwner(isOwned);
                        break;
                    case 1 when isOwned:
                        int batch = mailbox.Collect();
                        Assert.Equal(model.Count, batch);
                        for (; batch > operation % 3; batch--)
                        {
                            Assert.Equal(model.Dequeue(), Value(mailbox.Take()));
                        }

                        break;
                    default:
                        // While the mailbox is not owned this thread is a foreign one, as before a run.
                        model.Enqueue(next);
                        Assert.Equal(PostResult.Accepted, mailbox.Post(Number(next++)));
                        break;
                }

                Assert.Equal(model.Count, mailbox.Count);
                Assert.Equal(model.Count > 0, mailbox.HasWork);
            }

            mailbox.SetOwner(true);
            Assert.Equal(model, TakeAll(mailbox));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithEndSize(3_000));

    [Fact]
    public void Collect_LimitsTheBatch_ToWhatWaitsNow()
    {
        Mailbox mailbox = NewMailbox();
        mailbox.SetOwner(true);
        mailbox.PostLocal(Number(1));
        PostForeign(mailbox, 2);
        Assert.Equal(2, mailbox.Collect());
        mailbox.PostLocal(Number(3));
        PostForeign(mailbox, 4);
        Assert.Equal(3, mailbox.Ready);
        Assert.Equal(4, mailbox.Count);
        Assert.Equal([1, 2, 3, 4], TakeAll(mailbox));
    }

    [Fact]
    public void Seal_RejectsLaterPosts_AndKeepsEarlierOnes()
    {
        Mailbox mailbox = NewMailbox();
        Assert.Equal(PostResult.Accepted, mailbox.Post(Number(1)));
        mailbox.SetOwner(true);
        mailbox.Seal();
        PostResult late = PostResult.Accepted;
        TestLoop.OnOtherThread(() => late = mailbox.Post(Number(2)));
        Assert.Equal(PostResult.Closed, late);
        Assert.Equal(PostResult.Closed, mailbox.PostSystem(Number(3)));
        mailbox.CollectSealed();
        Assert.Equal(1, mailbox.Ready);
        Assert.Equal(1, Value(mailbox.Take()));
        Assert.Equal(0, mailbox.Count);
    }

    [Fact(DisplayName = "TH-03 Only the first post after the owner fell asleep wakes it")]
    public void Post_ToASleepingOwner_WakesOnce()
    {
        Mailbox mailbox = NewMailbox();
        mailbox.SetOwner(true);
        PostForeign(mailbox, 1);
        Assert.Equal(0, _wakeUps);
        Assert.False(mailbox.TryFallAsleep());
        TakeAll(mailbox);

        Assert.True(mailbox.TryFallAsleep());
        PostForeign(mailbox, 2, 3, 4);
        Assert.Equal(1, _wakeUps);
        mailbox.WakeUp();
        PostForeign(mailbox, 5);
        Assert.Equal(1, _wakeUps);
        TakeAll(mailbox);
        Assert.True(mailbox.TryFallAsleep());
        mailbox.WakeUp();
        PostForeign(mailbox, 6);
        Assert.Equal(1, _wakeUps);
    }

    [Fact]
    public void PostSystem_WakesASleepingOwner_AndIsTakenApart()
    {
        Mailbox mailbox = NewMailbox();
        mailbox.SetOwner(true);
        Assert.True(mailbox.TryFallAsleep());
        Assert.Equal(PostResult.Accepted, mailbox.PostSystem(Number(7)));
        Assert.Equal(1, _wakeUps);
        Assert.True(mailbox.HasWork);
        Assert.Equal(0, mailbox.Collect());
        Assert.True(mailbox.TryTakeSystem(out Message message));
        Assert.Equal(7, Value(message));
        Assert.False(mailbox.TryTakeSystem(out _));
        Assert.False(mailbox.HasWork);
    }

    [Fact]
    public void Capacity_CountsForeignBoundedPosts_Only()
    {
        var mailbox = new Mailbox(capacity: 2, () => { });
        mailbox.SetOwner(true);
        Assert.Equal(PostResult.Accepted, mailbox.Post(Number(0), bounded: true));
        PostResult[] results = [];
        TestLoop.OnOtherThread(() => results =
        [
            mailbox.Post(Number(1), bounded: true),
            mailbox.Post(Number(2), bounded: true),
            mailbox.Post(Number(3), bounded: true),
            mailbox.Post(Number(4), bounded: false),
        ]);
        Assert.Equal([PostResult.Accepted, PostResult.Accepted, PostResult.Full, PostResult.Accepted], results);
        Assert.Equal([0, 1, 2, 4], TakeAll(mailbox));
        TestLoop.OnOtherThread(() => results = [mailbox.Post(Number(5), bounded: true)]);
        Assert.Equal([PostResult.Accepted], results);
        Assert.Equal([5], TakeAll(mailbox));
    }

    private static Message Number(int value) => new((Action<object?>)(_ => { }), value);

    private static int Value(in Message message) => (int)message.State!;

    private static void PostForeign(Mailbox mailbox, params int[] values) => TestLoop.OnOtherThread(() =>
    {
        foreach (int value in values)
        {
            Assert.Equal(PostResult.Accepted, mailbox.Post(Number(value)));
        }
    });

    private static List<int> TakeAll(Mailbox mailbox)
    {
        var taken = new List<int>();
        for (int left = mailbox.Collect(); left > 0; left = mailbox.Collect())
        {
            taken.Add(Value(mailbox.Take()));
        }

        return taken;
    }

    private Mailbox NewMailbox() => new(capacity: 0, () => _wakeUps++);
}
