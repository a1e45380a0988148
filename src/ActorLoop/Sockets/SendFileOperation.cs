using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>Sends a file to a socket; the result is false when the system cannot.</summary>
internal sealed class SendFileOperation(SocketOperations owner, FileTransfer file) : SocketOperation<bool>(owner)
{
    protected override SelectorEvents Direction => SelectorEvents.Write;

    public override string ToString() => nameof(EventLoop.SocketSendFileAsync);

    protected override int Try(out bool result)
    {
        FileStep step = file.Step(Descriptor);
        result = step == FileStep.Done;
        return step == FileStep.Wait ? SocketErrors.WouldBlock : 0;
    }

    protected override Exception Failure(int error) => SocketErrors.Create(error, $"Sending a file to socket {Descriptor}");

    protected override void Clear()
    {
    }

    protected override void ReturnTo(SocketOperations owner)
    {
        // Not pooled: beside a file, one object is nothing.
    }
}
