using System.Diagnostics;

namespace ActorLoop.TestKit;

/// <summary>Waiting for what must happen soon: generous, because machines are slow, but never for ever.</summary>
public static class Patience
{
    /// <summary>How long a test waits before it fails.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds that other threads bring about. Not for the thread of a loop.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">What is waited for, for the message of the failure.</param>
    public static void WaitFor(Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Bound)
            {
                throw new TimeoutException($"Waited {Bound.TotalSeconds} s in vain: {what}.");
            }

            Thread.Sleep(1);
        }
    }

    /// <summary>Waits until a condition holds; the thread, which may be that of a loop, goes on meanwhile.</summary>
    public static async Task WaitForAsync(Func<bool> condition, string what)
    {
        for (long start = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(1))
        {
            if (Stopwatch.GetElapsedTime(start) > Bound)
            {
                throw new TimeoutException($"Waited {Bound.TotalSeconds} s in vain: {what}.");
            }
        }
    }

    /// <summary>Waits for an event that another thread sets.</summary>
    public static void WaitFor(WaitHandle handle, string what)
    {
        if (!handle.WaitOne(Bound))
        {
            throw new TimeoutException($"Waited {Bound.TotalSeconds} s in vain: {what}.");
        }
    }

    /// <summary>Waits for the end of a thread.</summary>
    public static void Join(Thread thread)
    {
        if (!thread.Join(Bound))
        {
            throw new TimeoutException($"Thread '{thread.Name}' did not end within {Bound.TotalSeconds} s.");
        }
    }
}
