using System.Net;
using ActorLoop.Resilience.Connections;

namespace ActorLoop.Resilience;

/// <summary>Connections that come back.</summary>
public static class EventLoopConnectionExtensions
{
    /// <summary>Connects to a host, and again whenever the connection is lost, until it is closed.</summary>
    /// <typeparam name="TProtocol">Type of the protocol.</typeparam>
    /// <param name="loop">The loop. Thread: any.</param>
    /// <param name="factory">Makes the protocol of each connection.</param>
    /// <param name="host">Name or address.</param>
    /// <param name="port">Port, 1 to 65535.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <returns>The connection, which begins to connect later, never within this call.</returns>
    /// <exception cref="ArgumentException">The host is empty or the port is none.</exception>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    public static ResilientConnection<TProtocol> OpenResilientConnection<TProtocol>(
        this EventLoop loop,
        Func<TProtocol> factory,
        string host,
        int port,
        ResilientConnectionOptions? options = null)
        where TProtocol : StreamProtocol
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        return loop.OpenResilientConnection(factory, [new DnsEndPoint(host, port)], options);
    }

    /// <summary>
    /// Connects to the first of several equal targets that answers, and again whenever the connection is lost, until it is closed.
    /// </summary>
    /// <typeparam name="TProtocol">Type of the protocol.</typeparam>
    /// <param name="loop">The loop. Thread: any.</param>
    /// <param name="factory">Makes the protocol of each connection.</param>
    /// <param name="targets">
    /// Names or addresses with their ports (<see cref="DnsEndPoint"/>, <see cref="IPEndPoint"/>); at least one. The target that
    /// was connected to last is tried first.
    /// </param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <returns>The connection, which begins to connect later, never within this call.</returns>
    /// <exception cref="ArgumentException">There is no target, or one is of another kind or has no port.</exception>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    public static ResilientConnection<TProtocol> OpenResilientConnection<TProtocol>(
        this EventLoop loop,
        Func<TProtocol> factory,
        IReadOnlyList<EndPoint> targets,
        ResilientConnectionOptions? options = null)
        where TProtocol : StreamProtocol
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(targets);
        options ??= new ResilientConnectionOptions();
        ConnectionPlan<TProtocol> plan = new(loop, factory, Check(targets), options);
        ConnectionStatus status = new(options.StateChanged);
        ActorRef actor = loop.Spawn(() => new ConnectionActor<TProtocol>(plan, status), options.Name, options.Actor);
        return new ResilientConnection<TProtocol>(status, actor);
    }

    private static EndPoint[] Check(IReadOnlyList<EndPoint> targets)
    {
        if (targets.Count == 0)
        {
            throw new ArgumentException("There must be at least one target to connect to.", nameof(targets));
        }

        foreach (EndPoint target in targets)
        {
            int port = target switch
            {
                DnsEndPoint name => name.Port,
                IPEndPoint address => address.Port,
                _ => throw new ArgumentException(
                    $"A target is a DnsEndPoint or an IPEndPoint, not {target?.GetType().Name ?? "null"}.", nameof(targets)),
            };
            if (port == 0)
            {
                throw new ArgumentException($"The target {target} has no port; a port is 1 to 65535.", nameof(targets));
            }
        }

        return [.. targets];
    }
}
