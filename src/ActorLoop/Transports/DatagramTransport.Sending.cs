using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>Sending: what one callback sends leaves together, with the fewest system calls.</summary>
internal sealed partial class DatagramTransport
{
    /// <summary>Up to so many bytes are collected until the callback ends.</summary>
    private const int CorkLimit = 64 * 1024;

    /// <summary>So many datagrams fill a system call; joined ones fill it much later.</summary>
    private const int CorkCount = 64;
    private const int CorkCountJoined = 1024;

    private const int SilentDrops = 4;
    private const int MaxUdpSize = 64 * 1024;

    private readonly SendBatch _sendBatch;
    private readonly DatagramQueue _queue;
    private long _sent;
    private long _dropped;
    private int _droppedAtEnd;
    private int _joinBelow;
    private int _unjoined;
    private bool _retried;

    public void SendTo(ReadOnlySpan<byte> data, EndPoint? remote = null)
    {
        VerifyThread();
        RawAddress address = AddressOf(remote);
        if (!MaySend())
        {
            return;
        }

        int limit = Math.Min(CorkLimit, _limits.High);
        int cost = DatagramQueue.CostOf(data.Length);
        if (_blocked)
        {
            Queue(data, address);
        }
        else if (_core.IsOnLoop && cost <= limit)
        {
            if (_queue.Size + cost > limit || _queue.Count >= (_joinBelow > 0 ? CorkCountJoined : CorkCount))
            {
                SendOrWait();
            }

            Queue(data, address);
            QueueFlush();
        }
        else
        {
            SendNow(data, address);
            FlushFailures();
        }
    }

    /// <summary>Switches on what was asked for and the kernel has; what it has not stays off, and the property says so.</summary>
    private void StartOffloads(DatagramOffloads wanted)
    {
        if (_family == AddressFamily.Unix)
        {
            return;
        }

        int descriptor = _socket.Descriptor;
        if ((wanted & DatagramOffloads.Send) != 0 && Interop.TryGetOption(descriptor, Interop.IpProtoUdp, Interop.UdpSegment, out _))
        {
            Offloads |= DatagramOffloads.Send;
            _joinBelow = MaxUdpSize;
        }

        if ((wanted & DatagramOffloads.Receive) != 0 && Interop.TrySetOption(descriptor, Interop.IpProtoUdp, Interop.UdpGro, 1))
        {
            Offloads |= DatagramOffloads.Receive;
        }
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

        if (_queue.Size < _limits.Cap)
        {
            return true;
        }

        _dropped++;
        Overflowed();
        return false;
    }

    /// <summary>Sends at once: the loop does not run, or this is more than is collected.</summary>
    private void SendNow(ReadOnlySpan<byte> data, in RawAddress address)
    {
        if (_queue.Count > 0)
        {
            SendOrWait();
        }

        if (_blocked || data.Length <= BlockPool.BlockSize)
        {
            Queue(data, address);
            if (!_blocked)
            {
                SendOrWait();
            }
        }
        else if (!TrySendAlone(data, address))
        {
            Queue(data, address);
            WaitUntilWritable();
        }
    }

    private void Queue(ReadOnlySpan<byte> data, in RawAddress address)
    {
        if (_lostScheduled)
        {
            // The protocol aborted when it was paused or resumed, within the call that sends this.
            _dropped++;
            return;
        }

        _queue.Append(data, address, mayBorrow: !_blocked);
        if (_blocked)
        {
            PauseProtocolIfFull();
        }
    }

    /// <summary>Sends from where the caller has it; false when the kernel takes nothing now.</summary>
    private unsafe bool TrySendAlone(ReadOnlySpan<byte> data, RawAddress address)
    {
        fixed (byte* start = data)
        {
            while (Interop.SendTo(
                _socket.Descriptor,
                start,
                data.Length,
                Interop.NoSignal,
                address.Length == 0 ? null : address.Pointer,
                address.Length) < 0)
            {
                int error = SocketErrors.Last();
                if (error == SocketErrors.WouldBlock)
                {
                    return false;
                }

                if (error != SocketErrors.Interrupted && !WasEarlierFailure(error))
                {
                    Dropped(error, 1);
                    return true;
                }
            }
        }

        _retried = false;
        _sent++;
        return true;
    }

    /// <summary>Sends what is queued at this moment; false when the kernel takes no more now.</summary>
    private bool SendQueued()
    {
        int left = _queue.Count;
        while (left > 0)
        {
            int taken = _unjoined > 0
                ? _sendBatch.Send(_socket.Descriptor, _queue, 1, joinBelow: 0)
                : _sendBatch.Send(_socket.Descriptor, _queue, left, _joinBelow);
            if (taken < 0)
            {
                int error = SocketErrors.Last();
                if (error == SocketErrors.WouldBlock)
                {
                    return false;
                }

                taken = Refused(error);
            }
            else
            {
                Sent(taken);
            }

            _queue.Remove(taken);
            left -= taken;
        }

        return true;
    }

    private void Sent(int datagrams)
    {
        _sent += datagrams;
        _retried = false;
        if (_unjoined > 0)
        {
            // Alone it goes and joined it did not: each must fit into a packet of the route.
            _joinBelow = Math.Min(_joinBelow, _queue.At(0).Length);
            _unjoined--;
        }
    }

    /// <summary>The first message failed; returns how many datagrams that costs.</summary>
    private int Refused(int error)
    {
        int group = _sendBatch.FirstGroup;
        if (error == SocketErrors.Interrupted || WasEarlierFailure(error) || (group > 1 && MaySendUnjoined(error, group)))
        {
            return 0;
        }

        _unjoined = Math.Max(0, _unjoined - 1);
        Dropped(error, group);
        return group;
    }

    /// <summary>
    /// Whether the datagrams may go through one by one; what they answer alone tells whether joining was at fault.
    /// </summary>
    private bool MaySendUnjoined(int error, int group)
    {
        if (error == SocketErrors.InputOutput)
        {
            // The route has no checksum offload.
            _joinBelow = 0;
            Offloads &= ~DatagramOffloads.Send;
            return true;
        }

        if (error is SocketErrors.InvalidArgument or SocketErrors.MessageTooLong)
        {
            _unjoined = group;
            return true;
        }

        return false;
    }

    /// <summary>
    /// A connected socket tells that an earlier datagram was refused when the next one is sent, and does not send that one:
    /// it deserves a second try.
    /// </summary>
    private bool WasEarlierFailure(int error)
    {
        if (error != SocketErrors.ConnectionRefused || !_connected || _family == AddressFamily.Unix || _retried)
        {
            return false;
        }

        _retried = true;
        AddFailure(SocketErrors.Create(error, $"An earlier datagram to {_target}"));
        return true;
    }

    private void Dropped(int error, int datagrams)
    {
        _retried = false;
        _dropped += datagrams;
        AddFailure(SocketErrors.Create(error, "Sending a datagram"));
    }

    private void DropQueue()
    {
        _dropped += _queue.Count;
        _queue.Clear();
        _blocked = false;
    }
}
