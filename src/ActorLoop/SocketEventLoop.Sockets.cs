using System.Net;
using System.Net.Sockets;
using ActorLoop.Connections;
using ActorLoop.Futures;
using ActorLoop.Sockets;

namespace ActorLoop;

/// <content>Operations on sockets of the user.</content>
public abstract partial class SocketEventLoop
{
    private ISocketOperations? _sockets;

    private ISocketOperations Sockets => _sockets ??= CreateSocketOperations();

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

    /// <inheritdoc/>
    public override ValueTask SocketConnectAsync(
        Socket socket, EndPoint target, CancellationToken cancellationToken = default)
    {
        AddressResolver.CheckTarget(target, nameof(target));
        if (target is not DnsEndPoint name)
        {
            return Sockets.ConnectAsync(socket, target, TaskToken.Or(cancellationToken));
        }

        // What is wrong with the call is said at once, as for an address.
        Sockets.Check(socket, SelectorEvents.Write, nameof(SocketConnectAsync));
        return ConnectByNameAsync(socket, name, TaskToken.Or(cancellationToken));
    }

    /// <summary>How a loop of this kind operates on sockets; called once.</summary>
    private protected abstract ISocketOperations CreateSocketOperations();

    private async ValueTask ConnectByNameAsync(Socket socket, DnsEndPoint name, CancellationToken cancellationToken)
    {
        bool both = socket.AddressFamily == AddressFamily.InterNetworkV6 && socket.DualMode;
        List<IPEndPoint> found = await AddressResolver.ResolveAsync(
            this, name, both ? null : socket.AddressFamily, socket.SocketType, cancellationToken);
        await Sockets.ConnectAsync(socket, found[0], cancellationToken);
    }
}
