using System.Net;
using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>Sends one datagram to an address.</summary>
internal sealed unsafe class SendToOperation(SocketOperations owner) : SocketOperation<int>(owner)
{
    private ReadOnlyMemory<byte> _data;
    private EndPoint? _target;

    protected override SelectorEvents Direction => SelectorEvents.Write;

    public void Set(ReadOnlyMemory<byte> data, EndPoint target)
    {
        _data = data;
        _target = target;
    }

    public override string ToString() => nameof(EventLoop.SocketSendToAsync);

    protected override int Try(out int result)
    {
        RawAddress address = RawAddress.Of(_target!);
        fixed (byte* start = _data.Span)
        {
            result = (int)Interop.SendTo(
                Descriptor, start, _data.Length, Interop.NoSignal | Interop.DontWait, address.Pointer, address.Length);
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
