namespace PortForwarder;

/// <summary>
/// What all loops did together, and whether anything is still under way. Connections add to it when they begin and end, so
/// the data
/// path touches nothing shared.
/// </summary>
internal sealed class Traffic
{
    private readonly TaskCompletionSource _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _connections;
    private long _sent;
    private long _returned;

    // One more than there are ends, until nothing new can come.
    private int _open = 1;

    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Bytes that clients sent.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Bytes that targets sent.</summary>
    public long Returned => Interlocked.Read(ref _returned);

    public void Opened()
    {
        Interlocked.Increment(ref _connections);
        Interlocked.Increment(ref _open);
    }

    public void TargetOpened() => Interlocked.Increment(ref _open);

    public void ClientEnded(long bytes)
    {
        Interlocked.Add(ref _sent, bytes);
        Ended();
    }

    public void TargetEnded(long bytes)
    {
        Interlocked.Add(ref _returned, bytes);
        Ended();
    }

    /// <summary>No connection will come any more: done when the last one has ended, or given up after a while.</summary>
    public async Task QuietAsync(TimeSpan limit)
    {
        Ended();
        try
        {
            await _quiet.Task.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            // Whoever calls this ends the rest the hard way.
        }
    }

    private void Ended()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _quiet.TrySetResult();
        }
    }
}
