using System.Runtime.InteropServices;

namespace ActorLoop.Mailboxes;

/// <summary>
/// Remembers whether the loop sleeps in its selector, so that only the first poster after it fell asleep pays for waking it.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 3 * CacheLine)]
internal struct SleepGate
{
    private const int CacheLine = 64;
    private const int Awake = 0;
    private const int Asleep = 1;

    // Alone on its cache line: posters read it after every post while the loop writes its own fields.
    [FieldOffset(CacheLine)]
    private int _state;

    /// <summary>Says "asleep" with a full fence; the caller must look at its mailbox once more before it really sleeps.</summary>
    public void FallAsleep() => Interlocked.Exchange(ref _state, Asleep);

    public void WakeUp() => Volatile.Write(ref _state, Awake);

    /// <summary>Whether the caller, who has just posted, is the one that must wake the loop.</summary>
    public bool MustWake() => Volatile.Read(ref _state) == Asleep && Interlocked.Exchange(ref _state, Awake) == Asleep;
}
