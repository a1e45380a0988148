using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ActorLoop.Scheduling;

namespace ActorLoop.Supervision;

/// <content>
/// The mailbox. Messages of the loop's own thread go to a ring without a lock; those of other threads to a concurrent queue, which is
/// moved to the ring. The node is posted to its loop when it has something to receive, and takes a slice of it each time.
/// </content>
internal sealed partial class ActorCell<TMessage>
{
    private const int FirstCapacity = 4;
    private const int TrimAbove = 16 * 1024;

    private static readonly Action<object?> s_arrived = static cell => ((ActorCell<TMessage>)cell!).ForeignArrived();

    private TMessage[] _ring = [];
    private int _head;
    private int _count;
    private long _taken;
    private ConcurrentQueue<TMessage>? _foreign;
    private int _foreignPosted;
    private bool _isScheduled;

    public override int MailboxDepth => Volatile.Read(ref _count) + (_foreign?.Count ?? 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Tell(TMessage message)
    {
        if (_bound is null)
        {
            Accept(message);
        }
        else
        {
            TellBounded(message);
        }
    }

    public TellResult TryTell(TMessage message)
    {
        if (_bound is not null && !IsTerminated && !_bound.TryReserve())
        {
            return TellResult.Full;
        }

        return Accept(message) ? TellResult.Accepted : TellResult.Dead;
    }

    public ValueTask SendAsync(TMessage message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        switch (TryTell(message))
        {
            case TellResult.Full:
                return new ValueTask(_bound!.WaitAsync(message, cancellationToken));
            default:
                return default;
        }
    }

    /// <summary>Puts a message whose place is reserved into the mailbox. False: it is a dead letter.</summary>
    public bool Accept(TMessage message)
    {
        if (!Core.IsOnLoop)
        {
            return AcceptForeign(message);
        }

        if (IsTerminated)
        {
            Bury(message);
            return false;
        }

        if (Volatile.Read(ref _foreignPosted) != 0)
        {
            MoveForeign();
        }

        Enqueue(message);
        if (!_isScheduled && _hold == CellHold.None)
        {
            Schedule();
        }

        return true;
    }

    void IMessage.Run()
    {
        _isScheduled = false;
        RunSlice();
    }

    protected override void Activate()
    {
        if (!_isScheduled && HasWork)
        {
            Schedule();
        }
    }

    protected override void DropMailbox()
    {
        while (_count > 0)
        {
            Bury(Dequeue());
        }

        _ring = [];
        _notices = null;
        UnwatchAll();
        _watching = null;
        _pending = null;
        BuryForeign();
        _bound?.Close();
    }

    private bool HasWork => _count > 0 || _notices is { Count: > 0 };

    private void TellBounded(TMessage message)
    {
        if (TryTell(message) != TellResult.Full)
        {
            return;
        }

        if (_options.Overflow == MailboxOverflow.Throw)
        {
            throw new MailboxFullException($"The mailbox of actor '{Path}' holds its capacity of {_options.MailboxCapacity} messages.");
        }

        Host.DeadLetter(this, message);
    }

    private bool AcceptForeign(TMessage message)
    {
        if (IsTerminated)
        {
            Bury(message);
            return false;
        }

        ConcurrentQueue<TMessage> foreign = _foreign
            ?? Interlocked.CompareExchange(ref _foreign, new ConcurrentQueue<TMessage>(), null)
            ?? _foreign;
        foreign.Enqueue(message);
        if (Interlocked.Exchange(ref _foreignPosted, 1) == 0 && !Core.TryPostArrival(new Message(s_arrived, this)))
        {
            BuryForeign();
            return false;
        }

        // The end may have come between the look and the queue, and then nobody else will ever look there.
        if (IsTerminated)
        {
            BuryForeign();
        }

        return true;
    }

    private void ForeignArrived()
    {
        Interlocked.Exchange(ref _foreignPosted, 0);
        if (IsTerminated)
        {
            BuryForeign();
            return;
        }

        MoveForeign();
        if (!_isScheduled && _hold == CellHold.None)
        {
            RunSlice();
        }
    }

    private void MoveForeign()
    {
        // No more than there are now: other threads must not keep this one here.
        for (int left = _foreign!.Count; left > 0 && _foreign.TryDequeue(out TMessage? message); left--)
        {
            Enqueue(message);
        }
    }

    private void Schedule()
    {
        _isScheduled = true;
        Core.PostLocal(new Message(this));
    }

    /// <summary>Receives some messages, and lets others have their turn if there are more.</summary>
    private void RunSlice()
    {
        if (_hold != CellHold.None)
        {
            return;
        }

        LoopActors host = Host;
        Cell? outer = host.Current;
        host.Current = this;
        // Nobody needs to post the node while it runs.
        _isScheduled = true;
        try
        {
            for (int left = _options.Throughput; left > 0 && _hold == CellHold.None; left--)
            {
                if (_notices is not null && TryTakeNotice(out Notice notice))
                {
                    Receive(notice);
                }
                else if (_count > 0)
                {
                    Receive(Dequeue());
                }
                else
                {
                    break;
                }

                Core.EndStep();
            }
        }
        finally
        {
            host.Current = outer;
            _isScheduled = false;
            if (_hold == CellHold.None && HasWork)
            {
                Schedule();
            }
            else if (_count == 0 && _ring.Length > TrimAbove)
            {
                // Gives back the memory of a burst.
                _ring = [];
                _head = 0;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Enqueue(TMessage message)
    {
        TMessage[] ring = _ring;
        if (_count == ring.Length)
        {
            ring = Grow();
        }

        ring[(_head + _count) & (ring.Length - 1)] = message;
        _count++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TMessage Dequeue()
    {
        TMessage[] ring = _ring;
        ref TMessage slot = ref ring[_head];
        TMessage message = slot;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TMessage>())
        {
            slot = default!;
        }

        _head = (_head + 1) & (ring.Length - 1);
        _count--;
        _taken++;
        _bound?.Release();
        return message;
    }

    private TMessage[] Grow()
    {
        var larger = new TMessage[Math.Max(FirstCapacity, _ring.Length * 2)];
        int first = Math.Min(_count, _ring.Length - _head);
        Array.Copy(_ring, _head, larger, 0, first);
        Array.Copy(_ring, 0, larger, first, _count - first);
        _head = 0;
        return _ring = larger;
    }

    private void BuryForeign()
    {
        while (_foreign is { } foreign && foreign.TryDequeue(out TMessage? message))
        {
            Bury(message);
        }
    }

    private void Bury(TMessage message) => Host.DeadLetter(this, message);
}
