namespace ActorLoop.Supervision;

/// <summary>Counts the failures of one child against the budget of its supervisor. Kept on the supervisor's loop.</summary>
internal sealed class ChildRestartStats
{
    private Queue<long>? _recent;
    private long _windowStart;
    private int _count;
    private bool _isWindowOpen;

    /// <summary>Asks for one restart more.</summary>
    /// <param name="maxRetries">How many are allowed; negative is no limit.</param>
    /// <param name="window">In which time, in ticks; null is the life of the child.</param>
    /// <param name="kind">How the window moves.</param>
    /// <param name="now">Ticks of the supervisor's clock.</param>
    public bool RequestRestart(int maxRetries, long? window, WindowKind kind, long now)
    {
        if (maxRetries == 0)
        {
            return false;
        }

        if (window is not { } length)
        {
            return maxRetries < 0 || ++_count <= maxRetries;
        }

        int allowed = maxRetries < 0 ? 1 : maxRetries;
        return kind == WindowKind.Sliding ? FitsSliding(allowed, length, now) : FitsTumbling(allowed, length, now);
    }

    public bool RequestRestart(SupervisorStrategy strategy, long now) =>
        RequestRestart(strategy.MaxRetries, strategy.Window?.Ticks, strategy.WindowKind, now);

    private bool FitsTumbling(int allowed, long length, long now)
    {
        if (_isWindowOpen && now - _windowStart <= length)
        {
            _count = _count == int.MaxValue ? _count : _count + 1;
            return _count <= allowed;
        }

        _isWindowOpen = true;
        _windowStart = now;
        _count = 1;
        return true;
    }

    private bool FitsSliding(int allowed, long length, long now)
    {
        _recent ??= new Queue<long>();
        while (_recent.TryPeek(out long oldest) && now - oldest > length)
        {
            _recent.Dequeue();
        }

        _recent.Enqueue(now);
        if (_recent.Count <= allowed)
        {
            return true;
        }

        // A refused request counts as well, but more than the limit need not be remembered.
        _recent.Dequeue();
        return false;
    }
}
