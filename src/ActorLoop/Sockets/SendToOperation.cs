using System.Net;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>Sends one datagram to an address.</summary>
internal sealed unsafe class SendToOperation(SocketOperations owner) : SocketOperation<int>(owner)
{
    private readonly byte[] _address = new byte[SocketNames.MaxLength];
    private ReadOnlyMemory<byte> _data;
    private EndPoint? _target;
    private int _addressLength;

    protected override SelectorEvents Direction => SelectorEvents.Write;

    /// <summary>Takes the datagram; the address must be of a kind that the socket understands.</summary>
    public void Set(ReadOnlyMemory<byte> data, EndPoint target, AddressFamily family)
    {
        _addressLength = SocketAddressWriter.Write(target, family, _address);
        _data = data;
        _target = target;
    }

    public override string ToString() => nameof(EventLoop.SocketSendToAsync);

    protected override int Try(out int result)
    {
        fixed (byte* start = _data.Span, address = _address)
        {
            result = (int)Interop.SendTo(
                Descriptor, start, _data.Length, Interop.NoSignal | Interop.DontWait, address, _addressLength);
        }

        return result >= 0 ? 0 : SocketErrors.Last();
    }

    protected override Exception Failure(int error) => SocketErrors.Create(error, $"Sending to {_target}");

    protected override void Clear()
    {
        _data = default;
        _target = null;
    }

    protected override void ReturnTo(SocketOperations owner) => owner.SendsTo.Return(this);
}
