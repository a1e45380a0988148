using System.Net;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>The operations on sockets of the user, by readiness or by completions.</summary>
internal interface ISocketOperations
{
    ValueTask<int> ReceiveAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellationToken);

    ValueTask<(int Received, EndPoint? Sender)> ReceiveFromAsync(
        Socket socket, Memory<byte> buffer, CancellationToken cancellationToken);

    ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    ValueTask<int> SendToAsync(Socket socket, ReadOnlyMemory<byte> data, EndPoint target, CancellationToken cancellationToken);

    ValueTask<Socket> AcceptAsync(Socket socket, CancellationToken cancellationToken);

    ValueTask ConnectAsync(Socket socket, EndPoint target, CancellationToken cancellationToken);

    /// <summary>Sends a file without copying it; false where that is not possible, and nothing was sent.</summary>
    ValueTask<bool> SendFileAsync(Socket socket, FileTransfer file, CancellationToken cancellationToken);

    /// <summary>Throws if a socket cannot be used by an operation now.</summary>
    void Check(Socket socket, SelectorEvents direction, string member);
}
