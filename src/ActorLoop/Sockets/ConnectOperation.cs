using System.Net;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>Connects a socket: begins, waits until it is writable, and asks how it went.</summary>
/// <remarks>
/// The managed socket must learn that it is connected, or it refuses half of its members afterwards. Its own Connect tells it: on
/// a socket whose attempt has just succeeded the system answers that call with success, once.
/// </remarks>
internal sealed unsafe class ConnectOperation(SocketOperations owner) : SocketOperation<bool>(owner)
{
    private Socket? _socket;
    private EndPoint? _target;
    private bool _begun;

    protected override SelectorEvents Direction => SelectorEvents.Write;

    public void Set(Socket socket, EndPoint target)
    {
        _socket = socket;
        _target = target;
        _begun = false;
    }

    public override string ToString() => nameof(EventLoop.SocketConnectAsync);

    protected override int Try(out bool result)
    {
        result = true;
        if (_socket!.SocketType != SocketType.Stream || _target is not IPEndPoint)
        {
            // Datagram and Unix sockets never wait.
            return TellSocket();
        }

        int error = _begun ? Interop.TakeError(Descriptor) : Begin();
        return error == 0 ? TellSocket() : error;
    }

    protected override bool MustWait(int error) =>
        error is SocketErrors.InProgress or SocketErrors.AlreadyInProgress or SocketErrors.Interrupted;

    protected override Exception Failure(int error) => SocketErrors.Create(error, $"Connecting to {_target}");

    protected override void Clear()
    {
        _socket = null;
        _target = null;
    }

    protected override void ReturnTo(SocketOperations owner) => owner.Connects.Return(this);

    private int Begin()
    {
        _begun = true;
        RawAddress address = RawAddress.Of(_target!);
        return Interop.Connect(Descriptor, address.Pointer, address.Length) == 0 ? 0 : SocketErrors.Last();
    }

    private int TellSocket()
    {
        try
        {
            _socket!.Connect(_target!);
            return 0;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode switch
            {
                // It was connected by the first call already: connected, though the managed socket does not know.
                SocketError.IsConnected when _begun => 0,
                SocketError.WouldBlock or SocketError.InProgress or SocketError.AlreadyInProgress when _begun =>
                    SocketErrors.InProgress,
                _ => throw new SocketException(
                    (int)failure.SocketErrorCode, $"Connecting to {_target} failed: {failure.Message}"),
            };
        }
    }
}
