using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Mailboxes;

public sealed class PostAllocationTests
{
    [Fact(DisplayName = "Posting and running a message on the loop allocates nothing")]
    public void Post_OnTheLoop_AllocatesNothing()
    {
        using var test = new TestLoop();
        EventLoop loop = test.Loop;
        int left = 0;
        long allocated = -1;
        Action<object?>? again = null;
        Action start = () =>
        {
            allocated = GC.GetAllocatedBytesForCurrentThread();
            left = 10_000;
            loop.Post(again!, loop);
        };
        again = state =>
        {
            if (--left > 0)
            {
                ((EventLoop)state!).Post(again!, state);
                return;
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            loop.Stop();
        };

        // The first run is the one in which everything is compiled and grown.
        for (int i = 0; i < 2; i++)
        {
            loop.Post(start);
            test.RunForever();
        }

        Assert.InRange(allocated, 0, Allocations.Noise);
    }
}
