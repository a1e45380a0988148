using System.Net;
using System.Net.Sockets;
using ActorLoop.Futures;
using ActorLoop.Sockets;
using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>Operations on sockets of the user: tried at once, then again at every readiness.</summary>
public sealed partial class SelectorEventLoop
{
    private SocketOperations? _sockets;

    private SocketOperations Sockets => _sockets ??= CreateSockets();

    /// <inheritdoc/>
    public override ValueTask<int> SocketReceiveAsync(
        Socket socket, Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Sockets.ReceiveAsync(socket, buffer, TaskToken.Or(cancellationToken));

    /// <inheritdoc/>
    public override ValueTask<(int Received, EndPoint? Sender)> SocketReceiveFromAsync(
        Socket socket, Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Sockets.ReceiveFromAsync(socket, buffer, TaskToken.Or(cancellationToken));

    /// <inheritdoc/>
    public override ValueTask SocketSendAllAsync(
        Socket socket, ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) =>
        Sockets.SendAllAsync(socket, data, TaskToken.Or(cancellationToken));

    /// <inheritdoc/>
    public override ValueTask<int> SocketSendToAsync(
        Socket socket, ReadOnlyMemory<byte> data, EndPoint target, CancellationToken cancellationToken = default) =>
        Sockets.SendToAsync(socket, data, target, TaskToken.Or(cancellationToken));

    /// <inheritdoc/>
    public override ValueTask<Socket> SocketAcceptAsync(Socket socket, CancellationToken cancellationToken = default) =>
        Sockets.AcceptAsync(socket, TaskToken.Or(cancellationToken));

    private protected override void CheckSocket(Socket socket, SelectorEvents direction, string member) =>
        _ = Sockets.Open(socket, direction, member);

    private protected override ValueTask ConnectAsync(Socket socket, EndPoint target, CancellationToken cancellationToken) =>
        Sockets.ConnectAsync(socket, target, cancellationToken);

    private protected override ValueTask<bool> TrySendFileAsync(
        Socket socket, FileTransfer file, CancellationToken cancellationToken) =>
        Sockets.SendFileAsync(socket, file, cancellationToken);

    private SocketOperations CreateSockets()
    {
        RequireLinux();
        return new SocketOperations(Core);
    }
}
