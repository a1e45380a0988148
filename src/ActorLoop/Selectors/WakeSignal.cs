namespace ActorLoop.Selectors;

/// <summary>
/// Something a selector can wait for and any thread can raise. Raising it again before it is lowered is free.
/// </summary>
internal abstract class WakeSignal : IDisposable
{
    private int _raised;

    public void Raise()
    {
        if (Interlocked.Exchange(ref _raised, 1) != 0)
        {
            return;
        }

        try
        {
            Send();
        }
        catch
        {
            Volatile.Write(ref _raised, 0);
            throw;
        }
    }

    /// <summary>Thread: the one that waits.</summary>
    public void Lower()
    {
        // First the byte, then the flag: the other way round a byte could be taken whose flag then stays up.
        Receive();
        Interlocked.Exchange(ref _raised, 0);
    }

    public abstract void Dispose();

    /// <summary>Makes the descriptor readable; does nothing once the signal is disposed.</summary>
    protected abstract void Send();

    protected abstract void Receive();
}
