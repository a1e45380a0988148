using ActorLoop.Diagnostics;
using ActorLoop.Scheduling;

namespace ActorLoop;

/// <summary>Cancels a callback that waits for its deadline. Mirrors asyncio's <c>TimerHandle</c>.</summary>
/// <remarks>Handles compare by deadline, and among equal deadlines by the order in which they were scheduled.</remarks>
#pragma warning disable CA1036 // Two timers are the same only if they are one object: equality stays by reference.
public sealed class TimerHandle : Handle, IComparable<TimerHandle>
#pragma warning restore CA1036
{
    private readonly ITimerOwner _owner;

    internal TimerHandle(
        ITimerOwner owner, TimeSpan when, Delegate callback, object? state, ExecutionContext? context, CreationTrace? trace)
        : base(callback, state, context, trace)
    {
        _owner = owner;
        When = when;
    }

    /// <summary>The deadline on the clock of <see cref="EventLoop.Time"/>. Mirrors <c>TimerHandle.when()</c>.</summary>
    public TimeSpan When { get; }

    /// <summary>Order of scheduling, which decides between equal deadlines.</summary>
    internal long Sequence { get; set; }

    /// <summary>Place in the timer queue, or -1 when it is not there.</summary>
    internal int HeapIndex { get; set; } = -1;

    /// <summary>Compares two timers by deadline.</summary>
    /// <param name="left">The first timer.</param>
    /// <param name="right">The second timer.</param>
    /// <returns>Whether the first is due before the second.</returns>
    public static bool operator <(TimerHandle left, TimerHandle right) => left.CompareTo(right) < 0;

    /// <summary>Compares two timers by deadline.</summary>
    /// <param name="left">The first timer.</param>
    /// <param name="right">The second timer.</param>
    /// <returns>Whether the first is due after the second.</returns>
    public static bool operator >(TimerHandle left, TimerHandle right) => left.CompareTo(right) > 0;

    /// <summary>Compares two timers by deadline.</summary>
    /// <param name="left">The first timer.</param>
    /// <param name="right">The second timer.</param>
    /// <returns>Whether the first is due no later than the second.</returns>
    public static bool operator <=(TimerHandle left, TimerHandle right) => left.CompareTo(right) <= 0;

    /// <summary>Compares two timers by deadline.</summary>
    /// <param name="left">The first timer.</param>
    /// <param name="right">The second timer.</param>
    /// <returns>Whether the first is due no earlier than the second.</returns>
    public static bool operator >=(TimerHandle left, TimerHandle right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public int CompareTo(TimerHandle? other)
    {
        if (other is null)
        {
            return 1;
        }

        int byDeadline = When.CompareTo(other.When);
        return byDeadline != 0 ? byDeadline : Sequence.CompareTo(other.Sequence);
    }

    private protected override void OnCanceled() => _owner.TimerCanceled(this);
}
