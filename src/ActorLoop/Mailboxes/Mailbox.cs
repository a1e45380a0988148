using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ActorLoop.Scheduling;

namespace ActorLoop.Mailboxes;

/// <summary>
/// The mailbox of one loop. Other threads write to a channel; the loop's own thread writes to a ring, after it has moved what the
/// channel already holds, so that all messages stand in one causal order.
/// </summary>
internal sealed class Mailbox
{
    private readonly Channel<Message> _foreign = Channel.CreateUnbounded<Message>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    private readonly Channel<Message> _system = Channel.CreateUnbounded<Message>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    private readonly MessageRing _ring = new();
    private readonly int _capacity;
    private readonly Action _wake;
    private SleepGate _gate;
    private int _foreignCount;
    private int _systemCount;
    private int _reserved;
    private volatile int _ownerThread;

    /// <param name="capacity">How many posts of other threads may wait; 0 is no bound.</param>
    /// <param name="wake">Ends the sleep of the loop's thread. Called from any thread.</param>
    public Mailbox(int capacity, Action wake)
    {
        _capacity = capacity;
        _wake = wake;
    }

    /// <summary>Whether the calling thread is the one that runs the loop now.</summary>
    public bool IsOwner
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _ownerThread == Environment.CurrentManagedThreadId;
    }

    public int Capacity => _capacity;

    public int Count => _ring.Count + Volatile.Read(ref _foreignCount);

    /// <summary>Messages that overtake all others and have not been taken.</summary>
    public int SystemCount => Volatile.Read(ref _systemCount);

    /// <summary>Messages that can be taken at once.</summary>
    public int Ready => _ring.Count;

    /// <summary>Whether a turn would find something to run.</summary>
    public bool HasWork => _ring.Count != 0 || Volatile.Read(ref _foreignCount) != 0 || Volatile.Read(ref _systemCount) != 0;

    /// <summary>Makes the calling thread the owner of the ring, or, with false, gives it up.</summary>
    public void SetOwner(bool owned) => _ownerThread = owned ? Environment.CurrentManagedThreadId : 0;

    /// <summary>Accepts a message from any thread; <paramref name="bounded"/> ones count against the capacity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PostResult Post(in Message message, bool bounded = false)
    {
        if (IsOwner)
        {
            PostLocal(message);
            return PostResult.Accepted;
        }

        return PostForeign(message, bounded);
    }

    /// <summary>Appends on the loop's own thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PostLocal(in Message message)
    {
        if (Volatile.Read(ref _foreignCount) != 0)
        {
            MoveForeign();
        }

        _ring.Enqueue(message);
    }

    /// <summary>Accepts a message that overtakes all ordinary ones.</summary>
    public PostResult PostSystem(in Message message)
    {
        if (!_system.Writer.TryWrite(message))
        {
            return PostResult.Closed;
        }

        Interlocked.Increment(ref _systemCount);
        Wake();
        return PostResult.Accepted;
    }

    public bool TryTakeSystem(out Message message)
    {
        if (Volatile.Read(ref _systemCount) == 0 || !_system.Reader.TryRead(out message))
        {
            message = default;
            return false;
        }

        Interlocked.Decrement(ref _systemCount);
        return true;
    }

    /// <summary>
    /// Moves what other threads have posted behind what is already queued, and says how many messages wait now.
    /// </summary>
    public int Collect()
    {
        if (Volatile.Read(ref _foreignCount) != 0)
        {
            MoveForeign();
        }

        _ring.NotePeak();
        return _ring.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Message Take() => _ring.Dequeue();

    public void Trim() => _ring.Trim();

    /// <summary>Ends the sleep of the loop's thread if it sleeps.</summary>
    public void Wake()
    {
        if (_gate.MustWake())
        {
            _wake();
        }
    }

    /// <summary>Announces that the owner is about to sleep. False: something was posted meanwhile, do not sleep.</summary>
    public bool TryFallAsleep()
    {
        // Say "asleep" before the last look. In the other order a post could land between the look and the sleep, see an awake
        // loop, skip the wake-up, and wait for the next timer.
        _gate.FallAsleep();
        if (HasWork)
        {
            _gate.WakeUp();
            return false;
        }

        return true;
    }

    public void WakeUp() => _gate.WakeUp();

    /// <summary>Rejects every later post. What was accepted before stays to be taken.</summary>
    public void Seal()
    {
        _foreign.Writer.TryComplete();
        _system.Writer.TryComplete();
    }

    /// <summary>
    /// Moves everything that was accepted before <see cref="Seal"/>, also from posters that have not counted it yet.
    /// </summary>
    public void CollectSealed()
    {
        while (_system.Reader.TryRead(out Message system))
        {
            _ring.Enqueue(system);
        }

        Volatile.Write(ref _systemCount, 0);
        while (_foreign.Reader.TryRead(out Message message))
        {
            _ring.Enqueue(message.Target is Reserved reserved ? reserved.Message : message);
        }

        Volatile.Write(ref _foreignCount, 0);
    }

    private PostResult PostForeign(in Message message, bool bounded)
    {
        bool counted = bounded && _capacity > 0;
        if (counted && Interlocked.Increment(ref _reserved) > _capacity)
        {
            Interlocked.Decrement(ref _reserved);
            return PostResult.Full;
        }

        // The marker lets the reader give the reserved place back without a second queue.
        if (!_foreign.Writer.TryWrite(counted ? new Message(Reserved.Wrap(message)) : message))
        {
            if (counted)
            {
                Interlocked.Decrement(ref _reserved);
            }

            return PostResult.Closed;
        }

        // Counting after writing is also the fence between the write and the look at the gate.
        Interlocked.Increment(ref _foreignCount);
        Wake();
        return PostResult.Accepted;
    }

    private void MoveForeign()
    {
        int moved = 0;
        for (int available = Volatile.Read(ref _foreignCount); moved < available; moved++)
        {
            if (!_foreign.Reader.TryRead(out Message message))
            {
                break;
            }

            if (message.Target is Reserved reserved)
            {
                Interlocked.Decrement(ref _reserved);
                message = reserved.Message;
            }

            _ring.Enqueue(message);
        }

        Interlocked.Add(ref _foreignCount, -moved);
    }

    /// <summary>A message that holds one of the places of a bounded mailbox until the loop takes it.</summary>
    private sealed class Reserved(in Message message)
    {
        public readonly Message Message = message;

        public static Reserved Wrap(in Message message) => new(message);
    }
}
