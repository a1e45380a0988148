using System.Net;
using System.Net.Sockets;
using ActorLoop.Connections;
using ActorLoop.Futures;

namespace ActorLoop;

/// <content>Connecting sockets of the user.</content>
public abstract partial class SocketEventLoop
{
    /// <inheritdoc/>
    public override ValueTask SocketConnectAsync(
        Socket socket, EndPoint target, CancellationToken cancellationToken = default)
    {
        AddressResolver.CheckTarget(target, nameof(target));
        if (target is not DnsEndPoint name)
        {
            return ConnectAsync(socket, target, TaskToken.Or(cancellationToken));
        }

        // What is wrong with the call is said at once, as for an address.
        CheckSocket(socket, SelectorEvents.Write, nameof(SocketConnectAsync));
        return ConnectByNameAsync(socket, name, TaskToken.Or(cancellationToken));
    }

    /// <summary>Connects to an address.</summary>
    private protected abstract ValueTask ConnectAsync(Socket socket, EndPoint target, CancellationToken cancellationToken);

    private async ValueTask ConnectByNameAsync(Socket socket, DnsEndPoint name, CancellationToken cancellationToken)
    {
        bool both = socket.AddressFamily == AddressFamily.InterNetworkV6 && socket.DualMode;
        List<IPEndPoint> found = await AddressResolver.ResolveAsync(
            this, name, both ? null : socket.AddressFamily, socket.SocketType, cancellationToken);
        await ConnectAsync(socket, found[0], cancellationToken);
    }
}
