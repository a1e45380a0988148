using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Connections;

/// <summary>Turns hosts and a port into end points, by the lookups of a loop.</summary>
internal static class AddressResolver
{
    public static void CheckPort(int port)
    {
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            throw new ArgumentOutOfRangeException(nameof(port), port, "A port is a number from 0 to 65535.");
        }
    }

    /// <summary>Nobody can be reached at port 0: it means any free one, and only where one listens.</summary>
    public static void CheckTargetPort(int port, string parameter)
    {
        if (port is <= IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            throw new ArgumentOutOfRangeException(parameter, port, "A port to connect to is a number from 1 to 65535.");
        }
    }

    /// <summary>The same for an end point that has a port.</summary>
    public static void CheckTarget(EndPoint target, string parameter)
    {
        if (target is IPEndPoint { Port: 0 } or DnsEndPoint { Port: 0 })
        {
            CheckTargetPort(0, parameter);
        }
    }

    public static void CheckFamily(AddressFamily? family)
    {
        if (family is not (null or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            throw new ArgumentException($"The address family {family} is not one of InterNetwork and InterNetworkV6.", nameof(family));
        }
    }

    /// <summary>The addresses to listen on: for no host at all the wildcard addresses of every family.</summary>
    public static async Task<List<IPEndPoint>> ResolvePassiveAsync(
        EventLoop loop, IReadOnlyList<string?> hosts, int port, AddressFamily? family, CancellationToken cancellationToken)
    {
        var wanted = new AddressInfoOptions
        {
            Family = family,
            SocketType = SocketType.Stream,
            Flags = AddressInfoHints.Passive,
        };
        IReadOnlyList<AddressInfo>[] found = await Task.WhenAll(
            hosts.Select(host => loop.GetAddressInfoAsync(host, port, wanted, cancellationToken)));
        return [.. found.SelectMany(answer => answer).Select(info => info.EndPoint).Distinct()];
    }

    /// <summary>The addresses a name and a port stand for, best first; at least one.</summary>
    public static Task<List<IPEndPoint>> ResolveAsync(
        EventLoop loop, DnsEndPoint name, AddressFamily? family, SocketType type, CancellationToken cancellationToken)
    {
        string service = name.Port.ToString(CultureInfo.InvariantCulture);
        var wanted = new AddressInfoOptions { Family = family, SocketType = type };
        return ResolveAsync(loop, name.Host, service, wanted, cancellationToken);
    }

    /// <summary>The addresses of one host, best first; at least one.</summary>
    public static async Task<List<IPEndPoint>> ResolveAsync(
        EventLoop loop, string host, string service, AddressInfoOptions options, CancellationToken cancellationToken)
    {
        IReadOnlyList<AddressInfo> found = await loop.GetAddressInfoAsync(host, service, options, cancellationToken);
        return [.. found.Select(info => info.EndPoint).Distinct()];
    }
}
