using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>Receives what is there into the user's buffer.</summary>
internal sealed class ReceiveOperation(SocketOperations owner) : SocketOperation<int>(owner)
{
    public Memory<byte> Buffer { get; set; }

    protected override SelectorEvents Direction => SelectorEvents.Read;

    public override string ToString() => nameof(EventLoop.SocketReceiveAsync);

    protected override unsafe int Try(out int result)
    {
        fixed (byte* start = Buffer.Span)
        {
            result = (int)Interop.Receive(Descriptor, start, Buffer.Length, Interop.DontWait);
        }

        return result >= 0 ? 0 : SocketErrors.Last();
    }

    protected override Exception Failure(int error) => SocketErrors.Create(error, $"Receiving from socket {Descriptor}");

    protected override void Clear() => Buffer = default;

    protected override void ReturnTo(SocketOperations owner) => owner.Receives.Return(this);
}
