using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>What happens when the kernel takes no more, and how the protocol hears of it and of what failed.</summary>
internal sealed partial class DatagramTransport
{
    /// <summary>A callback that sends thousands into nowhere is told so often and no more; the statistics count all.</summary>
    private const int MaxFailures = 64;
    private const int FruitlessBeforeBackOff = 2;

    private static readonly TimeSpan s_shortestBackOff = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longestBackOff = TimeSpan.FromMilliseconds(64);
    private static readonly Action<object?> s_flush = static transport => ((DatagramTransport)transport!).Flush();
    private static readonly Action<object?> s_writable = static transport => ((DatagramTransport)transport!).OnWritable();

    private WriteBufferLimits _limits;
    private WritableMessage? _writable;
    private List<Exception>? _failures;
    private TimerHandle? _backOff;
    private TimeSpan _backOffDelay = s_shortestBackOff;
    private int _fruitless;
    private bool _blocked;
    private bool _flushQueued;
    private bool _telling;
    private bool _overflowed;
    private bool _protocolPaused;

    public int WriteBufferSize => _queue.Size;

    public WriteBufferLimits WriteBufferLimits
    {
        get => _limits;
        set
        {
            VerifyThread();
            _limits = value;
            PauseProtocolIfFull();
        }
    }

    /// <summary>The message that sent is over: send what it collected, and tell what failed.</summary>
    public void Flush()
    {
        _flushQueued = false;
        if (!_blocked && !_lostScheduled && _queue.Count > 0)
        {
            SendOrWait();
        }

        TellFailures();
    }

    private void QueueFlush()
    {
        if (_flushQueued)
        {
            return;
        }

        _flushQueued = true;
        if (_core.IsOnLoop && !_telling)
        {
            _core.Flushes.Add(this);
        }
        else
        {
            // A protocol that sends again whenever sending failed must not keep the loop in one message.
            _core.PostLocal(new Message(s_flush, this, _registration?.Context));
        }
    }

    private void SendOrWait()
    {
        if (SendQueued())
        {
            Progressed();
        }
        else
        {
            WaitUntilWritable();
        }
    }

    /// <summary>Everything the kernel did not take is ours now, and the selector says when to go on.</summary>
    private void WaitUntilWritable()
    {
        _queue.Own();
        _blocked = true;
        if (_registration is { } registration)
        {
            registration.Writer = _writable ??= new WritableMessage(this);
            Watch(registration.Interest | SelectorEvents.Write);
        }

        PauseProtocolIfFull();
    }

    private void OnWritable()
    {
        _backOff?.Cancel();
        _backOff = null;
        if (!_blocked || _lostScheduled)
        {
            return;
        }

        int before = _queue.Count;
        bool all = SendQueued();
        if (_queue.Count < before)
        {
            (_fruitless, _backOffDelay) = (0, s_shortestBackOff);
        }

        if (all)
        {
            Progressed();
        }
        else
        {
            BackOffIfFruitless(_queue.Count == before);
            ResumeProtocolIfLow();
        }

        TellFailures();
    }

    /// <summary>
    /// The kernel calls a Unix socket writable that is not connected, whether or not the receiver has room: without a pause
    /// the loop
    /// would try all the time.
    /// </summary>
    private void BackOffIfFruitless(bool fruitless)
    {
        if (!fruitless || ++_fruitless < FruitlessBeforeBackOff)
        {
            Watch(Interest | SelectorEvents.Write);
            return;
        }

        Watch(Interest & ~SelectorEvents.Write);
        _backOff = _core.CallLater(_backOffDelay, s_writable, this);
        _backOffDelay = TimeSpan.FromTicks(Math.Min(_backOffDelay.Ticks * 2, s_longestBackOff.Ticks));
    }

    /// <summary>The queue is empty, unless resuming filled it again: whatever waited for that happens now.</summary>
    private void Progressed()
    {
        if (_blocked && _queue.Count == 0)
        {
            _blocked = false;
            _registration?.Writer = null;
            Watch(Interest & ~SelectorEvents.Write);
        }

        ResumeProtocolIfLow();
        if (_closing && _queue.Count == 0 && !_lostScheduled)
        {
            ScheduleLost(null);
        }
    }

    private void PauseProtocolIfFull()
    {
        if (!_protocolPaused && !_lostScheduled && _queue.Size > _limits.High)
        {
            _protocolPaused = true;
            FlowControl.Tell(_core, this, _protocol, pause: true);
        }
    }

    private void ResumeProtocolIfLow()
    {
        if (_queue.Size > _limits.Low || _lostScheduled)
        {
            return;
        }

        _overflowed = false;
        if (_protocolPaused)
        {
            _protocolPaused = false;
            FlowControl.Tell(_core, this, _protocol, pause: false);
        }
    }

    private void Overflowed()
    {
        if (!_overflowed)
        {
            _overflowed = true;
            AddFailure(new WriteBufferOverflowException(
                $"The receiver does not keep up: {_queue.Size} bytes are buffered, the cap is {_limits.Cap}; datagrams are dropped. "
                + "Stop sending between PauseWriting and ResumeWriting, or raise WriteBufferLimits.Cap."));
            FlushFailures();
        }
    }

    private void AddFailure(Exception failure)
    {
        _failures ??= [];
        if (_failures.Count < MaxFailures)
        {
            _failures.Add(failure);
        }
    }

    private void FlushFailures()
    {
        if (_failures is { Count: > 0 })
        {
            QueueFlush();
        }
    }

    /// <summary>Also after a close: the end of the endpoint is told in a later turn.</summary>
    private void TellFailures()
    {
        if (_failures is not { Count: > 0 } failures || _telling || _ended)
        {
            return;
        }

        _telling = true;
        int count = failures.Count;
        for (int i = 0; i < count && i < failures.Count; i++)
        {
            TellError(failures[i]);
        }

        // An abort has dropped the rest.
        failures.RemoveRange(0, Math.Min(count, failures.Count));
        _telling = false;
        FlushFailures();
    }

    /// <summary>Readiness for writing, as a message; most endpoints never need one.</summary>
    private sealed class WritableMessage(DatagramTransport transport) : IMessage
    {
        public void Run() => transport.OnWritable();
    }
}
