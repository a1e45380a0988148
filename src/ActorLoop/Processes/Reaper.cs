using ActorLoop.Transports;

namespace ActorLoop.Processes;

/// <summary>Collects killed children whose loop cannot: none is left behind as a zombie.</summary>
internal static class Reaper
{
    /// <summary>
    /// A killed child is gone in well under a millisecond, unless the kernel itself holds it; closing a loop must not wait for that.
    /// </summary>
    private const int Patience = 1000;

    /// <summary>Waits a moment for a killed child; true when it was collected, and with what.</summary>
    public static bool TryCollect(int pidfd, out int returnCode)
    {
        returnCode = 0;
        return Interop.HasExitedWithin(pidfd, Patience) && Interop.Collect(pidfd, wait: false, out returnCode) != 0;
    }

    /// <summary>Collects a killed child on a thread of its own, whenever that may be, and closes its descriptor.</summary>
    public static void CollectLater(int pidfd) => new Thread(() =>
    {
        while (Interop.Collect(pidfd, wait: true, out _) < 0 && SocketErrors.Last() == SocketErrors.Interrupted)
        {
            // A signal of this process got in the way.
        }

        _ = Transports.Interop.Close(pidfd);
    })
    {
        IsBackground = true,
        Name = "reaper",
    }.UnsafeStart();
}
