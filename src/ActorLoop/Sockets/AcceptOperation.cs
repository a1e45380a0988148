using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>Takes one connection from a listening socket.</summary>
internal sealed unsafe class AcceptOperation(SocketOperations owner) : SocketOperation<Socket>(owner)
{
    // A flood of connections that died in the queue must not hold up the loop.
    private const int MaxDead = 16;

    protected override SelectorEvents Direction => SelectorEvents.Read;

    public override string ToString() => nameof(EventLoop.SocketAcceptAsync);

    protected override int Try(out Socket result)
    {
        result = null!;
        for (int dead = 0; dead < MaxDead; dead++)
        {
            int descriptor = Interop.Accept(Descriptor, null, null, Interop.NonBlockCloseOnExec);
            if (descriptor >= 0)
            {
                result = Wrap(descriptor);
                return 0;
            }

            int error = SocketErrors.Last();
            if (!SocketErrors.IsDeadOnArrival(error))
            {
                return error;
            }
        }

        return SocketErrors.WouldBlock;
    }

    protected override Exception Failure(int error) => SocketErrors.Create(error, $"Accepting from socket {Descriptor}");

    protected override void Clear()
    {
    }

    protected override void ReturnTo(SocketOperations owner) => owner.Accepts.Return(this);

    private static Socket Wrap(int descriptor)
    {
        var handle = new SafeSocketHandle(descriptor, ownsHandle: true);
        try
        {
            return new Socket(handle) { Blocking = false };
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }
}
