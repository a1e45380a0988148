namespace ActorLoop.Execution;

/// <summary>A <see cref="ITimer"/> over timers of the loop. May be changed and disposed by any thread.</summary>
internal sealed class LoopTimer(LoopCore core, TimerCallback callback, object? state) : ITimer
{
    private readonly Lock _gate = new();
    private readonly ExecutionContext? _context = DefaultContext.CaptureUnlessDefault();
    private TimerHandle? _pending;
    private TimeSpan _period;
    private int _version;
    private bool _disposed;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        lock (_gate)
        {
            if (_disposed)
            {
                return false;
            }

            _pending?.Cancel();
            _pending = null;
            _version++;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Arm(dueTime);
            }

            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _pending?.Cancel();
            _pending = null;
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Check(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, value, "A timer takes zero, a positive time, or Timeout.InfiniteTimeSpan.");
        }
    }

    private void Arm(TimeSpan delay)
    {
        // A timer made for a loop that has closed never fires, as a timer that outlives its loop does not.
        if (core.IsClosed)
        {
            return;
        }

        try
        {
            _pending = core.Schedule(core.DeadlineAfter(delay), (Action<object?>)Fire, _version, _context);
        }
        catch (LoopClosedException)
        {
            // Closed between the look and the call, by another thread: the same as before.
        }
    }

    private void Fire(object? version)
    {
        lock (_gate)
        {
            // Another thread may have changed the timer after its message had begun to run, too late to cancel it.
            if (_disposed || (int)version! != _version)
            {
                return;
            }

            bool periodic = _period != Timeout.InfiniteTimeSpan && _period > TimeSpan.Zero;
            _pending = null;
            if (periodic)
            {
                Arm(_period);
            }
        }

        // Outside the lock: the callback may change or dispose this timer.
        callback(state);
    }
}
