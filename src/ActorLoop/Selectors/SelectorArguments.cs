using System.Runtime.CompilerServices;

namespace ActorLoop.Selectors;

/// <summary>
/// The argument rules every selector shares, so that a mistake reads the same whichever one is in use.
/// </summary>
internal static class SelectorArguments
{
    public static int CheckDescriptor(nint descriptor)
    {
        if (descriptor is < 0 or > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(descriptor), descriptor, "A descriptor is a number from 0 up to Int32.MaxValue.");
        }

        return (int)descriptor;
    }

    public static void CheckEvents(SelectorEvents events)
    {
        if ((events & ~(SelectorEvents.Read | SelectorEvents.Write)) != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(events), events, "Only Read and Write can be asked for; HangUp and Error are reported unasked.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CheckWait(Span<SelectorEvent> ready, TimeSpan timeout)
    {
        if (ready.IsEmpty || (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan))
        {
            ThrowBadWait(ready, timeout);
        }
    }

    /// <summary>
    /// A time-out as poll and epoll_wait take it: rounded up, because a wait may be late but never early.
    /// </summary>
    public static int ToMilliseconds(TimeSpan timeout)
    {
        if (timeout < TimeSpan.Zero)
        {
            return -1;
        }

        long milliseconds = timeout.Ticks / TimeSpan.TicksPerMillisecond;
        if (timeout.Ticks % TimeSpan.TicksPerMillisecond != 0)
        {
            milliseconds++;
        }

        return (int)Math.Min(milliseconds, int.MaxValue);
    }

    public static ArgumentException RegisteredAlready(nint descriptor) =>
        new($"Descriptor {descriptor} is registered already; use Modify to change it.", nameof(descriptor));

    public static ArgumentException NotRegistered(nint descriptor) =>
        new($"Descriptor {descriptor} is not registered with this selector.", nameof(descriptor));

    public static ArgumentException NotOpen(nint descriptor) =>
        new($"Descriptor {descriptor} is not open.", nameof(descriptor));

    private static void ThrowBadWait(Span<SelectorEvent> ready, TimeSpan timeout)
    {
        if (ready.IsEmpty)
        {
            throw new ArgumentException("The span is empty; there must be room for one event at least.", nameof(ready));
        }

        throw new ArgumentOutOfRangeException(
            nameof(timeout), timeout, "A time-out is zero, positive, or Timeout.InfiniteTimeSpan.");
    }
}
