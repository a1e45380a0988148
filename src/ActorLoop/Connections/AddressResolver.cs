using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Connections;

/// <summary>Turns hosts and a port into addresses; literals never leave the loop's thread.</summary>
internal static class AddressResolver
{
    public static void CheckPort(int port)
    {
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            throw new ArgumentOutOfRangeException(nameof(port), port, "A port is a number from 0 to 65535.");
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
        IReadOnlyList<string?> hosts, int port, AddressFamily? family, CancellationToken cancellationToken)
    {
        List<IPEndPoint> found = [];
        foreach (string? host in hosts)
        {
            IEnumerable<IPAddress> addresses = string.IsNullOrEmpty(host)
                ? Wildcards()
                : await ResolveAsync(host, cancellationToken);
            foreach (IPAddress address in addresses)
            {
                var endPoint = new IPEndPoint(address, port);
                if (Matches(address, family) && !found.Contains(endPoint))
                {
                    found.Add(endPoint);
                }
            }
        }

        return found;
    }

    public static async Task<List<IPEndPoint>> ResolveAsync(
        string host, int port, AddressFamily? family, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await ResolveAsync(host, cancellationToken);
        List<IPEndPoint> found = [.. addresses.Where(a => Matches(a, family)).Select(a => new IPEndPoint(a, port))];
        return found.Count > 0
            ? found
            : throw new SocketException(
                (int)SocketError.HostNotFound, $"'{host}' has no address{(family is null ? "" : $" of family {family}")}.");
    }

    private static IEnumerable<IPAddress> Wildcards()
    {
        yield return IPAddress.Any;
        if (Socket.OSSupportsIPv6)
        {
            yield return IPAddress.IPv6Any;
        }
    }

    private static bool Matches(IPAddress address, AddressFamily? family) => family is null || address.AddressFamily == family;

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken);
}
