using System.Net;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// Receiving: one system call per readiness brings what waits, up to a limit, so that nobody else has to starve.
/// </summary>
internal sealed partial class DatagramTransport
{
    /// <summary>With joined datagrams each of so many slots may be full: a megabyte a turn.</summary>
    private const int MaxJoinedSlots = 16;

    private static readonly Action<object?> s_deliverHeld = static transport => ((DatagramTransport)transport!).DeliverHeld();

    private readonly ReceiveBatch _receiveBatch;
    private readonly RemoteEndPoints _remotes = new();

    /// <summary>What the kernel had given away when the protocol paused: kept, in order, until it resumes.</summary>
    private Queue<(byte[] Data, EndPoint Remote)>? _held;

    private long _received;
    private long _truncated;
    private long? _overrun;
    private bool _started;
    private bool _paused;

    public bool IsReading => !_paused && !_closing;

    private bool WantsDatagrams => _started && !_paused && !_closing;

    public void PauseReading()
    {
        VerifyThread();
        // The selector is told only when something arrives meanwhile: pausing and resuming in one breath costs no system call.
        _paused |= !_closing;
    }

    public void ResumeReading()
    {
        VerifyThread();
        if (!_paused || _closing)
        {
            return;
        }

        _paused = false;
        if (_held is { Count: > 0 })
        {
            _core.PostLocal(new Message(s_deliverHeld, this, _registration?.Context));
        }

        if (WantsDatagrams)
        {
            Watch(Interest | SelectorEvents.Read);
        }
    }

    /// <summary>The descriptor is readable or in trouble.</summary>
    void IMessage.Run()
    {
        if (_lostScheduled)
        {
            return;
        }

        DeliverHeld();
        if (!WantsDatagrams)
        {
            ReadinessNobodyWants(_registration?.Seen ?? SelectorEvents.None);
            return;
        }

        bool joined = (Offloads & DatagramOffloads.Receive) != 0;
        int count = _receiveBatch.Receive(
            _socket.Descriptor, joined ? MaxJoinedSlots : _receiveBatch.Slots, named: !_connected, joined);
        if (count <= 0)
        {
            NothingReceived(SocketErrors.Last());
            return;
        }

        for (int i = 0; i < count && !_closing; i++)
        {
            Deliver(i, joined);
        }
    }

    private void Deliver(int index, bool joined)
    {
        ReadOnlySpan<byte> data = _receiveBatch.Data(index);
        EndPoint remote = _connected ? _target! : _remotes.Get(_receiveBatch.Name(index));
        if (_receiveBatch.IsTruncated(index))
        {
            _truncated++;
        }

        int size = joined ? _receiveBatch.SegmentSize(index) : 0;
        if (size <= 0)
        {
            Deliver(data, remote);
            return;
        }

        do
        {
            int length = Math.Min(size, data.Length);
            Deliver(data[..length], remote);
            data = data[length..];
        }
        while (!data.IsEmpty);
    }

    private void Deliver(ReadOnlySpan<byte> data, EndPoint remote)
    {
        if (_closing)
        {
            return;
        }

        if (_paused || _held is { Count: > 0 })
        {
            (_held ??= new()).Enqueue((data.ToArray(), remote));
            return;
        }

        Tell(data, remote);
    }

    private void Tell(ReadOnlySpan<byte> data, EndPoint remote)
    {
        _received++;
        try
        {
            _protocol.DatagramReceived(data, remote);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            // One bad datagram must not end the service for all: reported, and on to the next.
            Report(nameof(DatagramProtocol.DatagramReceived), failure);
        }
    }

    private void DeliverHeld()
    {
        while (IsReading && _held is not null && _held.TryDequeue(out (byte[] Data, EndPoint Remote) next))
        {
            Tell(next.Data, next.Remote);
        }
    }

    private void DropHeld() => _held = null;

    private void NothingReceived(int error)
    {
        if (!SocketErrors.IsTransient(error))
        {
            TellError(SocketErrors.Create(error, "Receiving"));
        }
    }

    /// <summary>
    /// Reading is paused or over, and still the kernel reports something. Errors and hang-ups cannot be masked: what is not
    /// consumed
    /// here would be reported again at once, for ever.
    /// </summary>
    private void ReadinessNobodyWants(SelectorEvents seen)
    {
        if ((seen & SelectorEvents.Error) != 0)
        {
            int error = Interop.TakeError(_socket.Descriptor);
            if (error != 0)
            {
                TellError(SocketErrors.Create(error, "The socket"));
                return;
            }
        }

        if ((seen & SelectorEvents.HangUp) != 0 && !_blocked && _registration is { } registration)
        {
            _core.Registrations.Park(registration);
        }
        else
        {
            Watch(Interest & ~SelectorEvents.Read);
        }
    }
}
