using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>Sends until nothing is left; one system call per readiness, so that a fast peer cannot hold up the loop.</summary>
internal sealed class SendAllOperation(SocketOperations owner) : SocketOperation<bool>(owner)
{
    public ReadOnlyMemory<byte> Rest { get; set; }

    protected override SelectorEvents Direction => SelectorEvents.Write;

    public override string ToString() => nameof(EventLoop.SocketSendAllAsync);

    protected override unsafe int Try(out bool result)
    {
        result = true;
        nint sent;
        fixed (byte* start = Rest.Span)
        {
            sent = Interop.Send(Descriptor, start, Rest.Length, Interop.NoSignal | Interop.DontWait);
        }

        if (sent < 0)
        {
            return SocketErrors.Last();
        }

        Rest = Rest[(int)sent..];
        return Rest.IsEmpty ? 0 : SocketErrors.WouldBlock;
    }

    protected override Exception Failure(int error) => SocketErrors.Create(error, $"Sending to socket {Descriptor}");

    protected override void Clear() => Rest = default;

    protected override void ReturnTo(SocketOperations owner) => owner.SendsAll.Return(this);
}
