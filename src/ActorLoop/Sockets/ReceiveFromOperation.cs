using System.Net;
using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>Receives one datagram and its sender's address.</summary>
internal sealed class ReceiveFromOperation(SocketOperations owner) : SocketOperation<(int Received, EndPoint? Sender)>(owner)
{
    private readonly RemoteEndPoints _senders = owner.Senders;

    public Memory<byte> Buffer { get; set; }

    protected override SelectorEvents Direction => SelectorEvents.Read;

    public override string ToString() => nameof(EventLoop.SocketReceiveFromAsync);

    protected override unsafe int Try(out (int Received, EndPoint? Sender) result)
    {
        byte* address = stackalloc byte[SocketNames.MaxLength];
        int addressLength = SocketNames.MaxLength;
        nint received;
        fixed (byte* start = Buffer.Span)
        {
            received = Interop.ReceiveFrom(Descriptor, start, Buffer.Length, Interop.DontWait, address, &addressLength);
        }

        if (received < 0)
        {
            result = default;
            return SocketErrors.Last();
        }

        EndPoint sender = _senders.Get(new ReadOnlySpan<byte>(address, addressLength));
        result = ((int)received, sender is UnnamedEndPoint ? null : sender);
        return 0;
    }

    protected override Exception Failure(int error) => SocketErrors.Create(error, $"Receiving from socket {Descriptor}");

    protected override void Clear() => Buffer = default;

    protected override void ReturnTo(SocketOperations owner) => owner.ReceivesFrom.Return(this);
}
