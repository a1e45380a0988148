using System.Net;
using System.Net.Sockets;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>Sending: tried at once; what the system does not take is an operation, one after the other.</summary>
internal sealed partial class CompletionDatagramTransport
{
    private const int CorkLimit = 64 * 1024;
    private const int Overhead = 8;
    private const int SilentDrops = 4;
    private const int MaxFailures = 64;

    private static readonly Action<object?> s_flush = static transport => ((CompletionDatagramTransport)transport!).Flush();

    private readonly Queue<(byte[] Data, EndPoint? Target)> _queue = new();
    private WriteBufferLimits _limits;
    private Completion? _send;
    private List<Exception>? _failures;
    private TimerHandle? _retry;
    private int _queuedSize;
    private int _droppedAtEnd;
    private long _sent;
    private long _dropped;
    private bool _blocked;
    private bool _flushQueued;
    private bool _overflowed;
    private bool _telling;
    private bool _retried;
    private bool _protocolPaused;

    public int WriteBufferSize => _queuedSize;

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

    public void SendTo(ReadOnlySpan<byte> data, EndPoint? remote = null)
    {
        VerifyThread();
        EndPoint? target = TargetOf(remote);
        if (!MaySend())
        {
            return;
        }

        int cost = data.Length + Overhead;
        int limit = Math.Min(CorkLimit, _limits.High);
        if (_blocked)
        {
            Enqueue(data, target);
            PauseProtocolIfFull();
        }
        else if (_core.IsOnLoop && cost <= limit)
        {
            if (_queuedSize + cost > limit)
            {
                SendQueued();
            }

            Enqueue(data, target);
            QueueFlush();
        }
        else
        {
            Enqueue(data, target);
            SendQueued();
        }
    }

    /// <summary>The message that sent is over: send what it collected, and tell what failed.</summary>
    public void Flush()
    {
        _flushQueued = false;

        // What fails, or is sent, from here on is the matter of a later message.
        _telling = true;
        if (!_blocked && !_losing)
        {
            SendQueued();
        }

        if (_failures is { Count: > 0 } failures && !_ended)
        {
            _failures = null;
            failures.ForEach(TellError);
        }

        _telling = false;
    }

    private void Enqueue(ReadOnlySpan<byte> data, EndPoint? target)
    {
        _queue.Enqueue((data.ToArray(), target));
        _queuedSize += data.Length + Overhead;
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
            _core.PostLocal(new Message(s_flush, this, _context));
        }
    }

    /// <summary>Sends until the system has no room; then it says when it has.</summary>
    private void SendQueued()
    {
        while (_queue.TryPeek(out (byte[] Data, EndPoint? Target) next) && TrySend(next.Data, next.Target))
        {
            Dequeue();
        }

        if (_queue.Count > 0)
        {
            _blocked = true;
            SendNext();
            PauseProtocolIfFull();
            ResumeProtocolIfLow();
            return;
        }

        _blocked = false;
        ResumeProtocolIfLow();
        if (_closing && _queue.Count == 0 && !_losing)
        {
            ScheduleLost(null);
        }
    }

    /// <summary>Null for the peer of a connected socket.</summary>
    private EndPoint? TargetOf(EndPoint? remote)
    {
        if (_settings.Target is { } target)
        {
            return remote is null || remote.Equals(target)
                ? (_settings.IsConnected ? null : target)
                : throw new ArgumentException($"This endpoint sends to {target} only, not to {remote}.", nameof(remote));
        }

        AddressFamily family = _settings.Family;
        return remote switch
        {
            IPEndPoint internet when internet.AddressFamily == family => internet,
            IPEndPoint internet when family == AddressFamily.InterNetworkV6 =>
                new IPEndPoint(internet.Address.MapToIPv6(), internet.Port),
            UnixDomainSocketEndPoint when family == AddressFamily.Unix => remote,
            null => throw new ArgumentNullException(nameof(remote), "This endpoint is not connected: a datagram needs a receiver."),
            _ => throw new ArgumentException(
                $"A socket of family {family} cannot send to {remote} ({remote.GetType().Name}, {remote.AddressFamily}).",
                nameof(remote)),
        };
    }

    private bool MaySend()
    {
        if (_closing)
        {
            _dropped++;
            if (++_droppedAtEnd > SilentDrops)
            {
                _core.Errors.Warn($"Datagram number {_droppedAtEnd} to an endpoint that is closing or closed was dropped: {this}");
            }

            return false;
        }

        if (_queuedSize < _limits.Cap)
        {
            return true;
        }

        _dropped++;
        if (!_overflowed)
        {
            _overflowed = true;
            Fail(new WriteBufferOverflowException(
                $"The receiver does not keep up: {_queuedSize} bytes are buffered, the cap is {_limits.Cap}; datagrams are dropped. "
                + "Stop sending between PauseWriting and ResumeWriting, or raise WriteBufferLimits.Cap."));
        }

        return false;
    }

    private void Dequeue() => _queuedSize -= _queue.Dequeue().Data.Length + Overhead;

    private void Fail(Exception failure)
    {
        _failures ??= [];
        if (_failures.Count < MaxFailures)
        {
            _failures.Add(failure);
        }

        QueueFlush();
    }
}
