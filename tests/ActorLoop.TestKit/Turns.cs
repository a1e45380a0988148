namespace ActorLoop.TestKit;

/// <summary>Running a loop step by step, and bounded.</summary>
public static class Turns
{
    /// <summary>Runs exactly one turn, without waiting.</summary>
    public static void RunTurn(this EventLoop loop)
    {
        loop.Stop();
        loop.RunForever();
    }

    public static void RunTurns(this EventLoop loop, int count)
    {
        for (int i = 0; i < count; i++)
        {
            loop.RunTurn();
        }
    }

    /// <summary>Runs the loop until somebody stops it; one that nobody stops fails the test.</summary>
    public static void RunBounded(this EventLoop loop)
    {
        bool isLate = false;
        using var watchdog = new Timer(_ =>
        {
            isLate = true;
            loop.Stop();
        }, null, Patience.Bound, Timeout.InfiniteTimeSpan);
        loop.RunForever();
        if (isLate)
        {
            throw new TimeoutException($"Nobody stopped the loop within {Patience.Bound.TotalSeconds} s.");
        }
    }

    /// <summary>Runs turns, without waiting in them, until a condition holds.</summary>
    public static void RunUntil(this EventLoop loop, Func<bool> condition, string what) =>
        Patience.WaitFor(
            () =>
            {
                loop.RunTurn();
                return condition();
            },
            what);
}
