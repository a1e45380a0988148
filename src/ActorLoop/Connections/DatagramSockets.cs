using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Connections;

/// <summary>Checks what a datagram endpoint is asked to be, and opens its socket.</summary>
internal static class DatagramSockets
{
    public static void Check(DatagramOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if ((options.Offloads & ~DatagramOffloads.All) != 0)
        {
            throw new ArgumentException($"{nameof(options.Offloads)} has unknown bits: {options.Offloads}.", nameof(options));
        }

        if (options.Socket is { } socket)
        {
            CheckSocket(socket, options);
            return;
        }

        CheckFamily(options.Family);
        CheckEndPoint(options.LocalEndPoint, nameof(options.LocalEndPoint), options);
        CheckEndPoint(options.RemoteEndPoint, nameof(options.RemoteEndPoint), options);
        if (options is { LocalEndPoint: null, RemoteEndPoint: null, Family: null })
        {
            throw new ArgumentException("A datagram endpoint needs a local or a remote end point, a family, or a socket.", nameof(options));
        }

        if (options is { LocalEndPoint: { } local, RemoteEndPoint: { } remote } && IsUnix(local) != IsUnix(remote))
        {
            throw new ArgumentException($"{local} and {remote} are not of one family.", nameof(options));
        }

        if (options.RemoteEndPoint is IPEndPoint { Port: 0 } or DnsEndPoint { Port: 0 })
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                options.RemoteEndPoint,
                "Nobody can be reached at port 0; a port to send to is a number from 1 to 65535.");
        }

        if (IsUnix(options) && (options.ReusePort || options.AllowBroadcast))
        {
            throw new ArgumentException(
                $"{nameof(options.ReusePort)} and {nameof(options.AllowBroadcast)} do not apply to Unix sockets.", nameof(options));
        }
    }

    /// <summary>
    /// The pairs of addresses to try, in order: local and remote of one family, either of which may be missing.
    /// </summary>
    private static async Task<List<(EndPoint? Local, EndPoint? Remote)>> ResolveAsync(
        EventLoop loop, DatagramOptions options, CancellationToken cancellationToken)
    {
        List<EndPoint?> locals = await ResolveAsync(loop, options.LocalEndPoint, options, cancellationToken);
        List<EndPoint?> remotes = await ResolveAsync(loop, options.RemoteEndPoint, options, cancellationToken);
        List<(EndPoint? Local, EndPoint? Remote)> pairs =
        [
            .. from local in locals
               from remote in remotes
               where local is null || remote is null || local.AddressFamily == remote.AddressFamily
               select (local, remote),
        ];
        return pairs.Count > 0
            ? pairs
            : throw new ArgumentException(
                $"{options.LocalEndPoint} and {options.RemoteEndPoint} have no addresses of one family.", nameof(options));
    }

    /// <summary>The first pair that can be bound and connected; if none can, the first error.</summary>
    public static async Task<DatagramSocket> OpenAsync(EventLoop loop, DatagramOptions options, CancellationToken cancellationToken)
    {
        SocketException? first = null;
        foreach ((EndPoint? local, EndPoint? remote) in await ResolveAsync(loop, options, cancellationToken))
        {
            try
            {
                return await DatagramSocket.OpenAsync(local, remote, options, loop.TimeProvider, cancellationToken);
            }
            catch (SocketException failure)
            {
                first ??= failure;
            }
        }

        throw first!;
    }

    private static void CheckSocket(Socket socket, DatagramOptions options)
    {
        List<string> others = [];
        void Excludes(bool given, string name)
        {
            if (given)
            {
                others.Add(name);
            }
        }

        Excludes(options.LocalEndPoint is not null, nameof(options.LocalEndPoint));
        Excludes(options.RemoteEndPoint is not null, nameof(options.RemoteEndPoint));
        Excludes(options.Family is not null, nameof(options.Family));
        Excludes(options.Protocol is not null, nameof(options.Protocol));
        Excludes(options.Flags != AddressInfoHints.None, nameof(options.Flags));
        Excludes(options.ReusePort, nameof(options.ReusePort));
        Excludes(options.AllowBroadcast, nameof(options.AllowBroadcast));
        if (others.Count > 0)
        {
            throw new ArgumentException(
                $"{nameof(options.Socket)} is set up already and excludes {string.Join(", ", others)}.", nameof(options));
        }

        if (socket.SocketType != SocketType.Dgram)
        {
            throw new ArgumentException($"A datagram endpoint needs a datagram socket, not {socket.SocketType}.", nameof(options));
        }

        CheckFamily(socket.AddressFamily);
    }

    private static void CheckFamily(AddressFamily? family)
    {
        if (family is not (null or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 or AddressFamily.Unix))
        {
            throw new ArgumentException(
                $"The address family {family} is not one of InterNetwork, InterNetworkV6 and Unix.", nameof(family));
        }
    }

    private static void CheckEndPoint(EndPoint? endPoint, string name, DatagramOptions options)
    {
        if (endPoint is not (null or IPEndPoint or DnsEndPoint or UnixDomainSocketEndPoint))
        {
            throw new ArgumentException(
                $"{name} is an IPEndPoint, a DnsEndPoint or a UnixDomainSocketEndPoint, not a {endPoint.GetType().Name}.", nameof(options));
        }

        if (endPoint is not null && options.Family is { } family && endPoint.AddressFamily != family
            && !(endPoint is DnsEndPoint { AddressFamily: AddressFamily.Unspecified } && family != AddressFamily.Unix))
        {
            throw new ArgumentException($"{name} {endPoint} is not of the family {family}.", nameof(options));
        }
    }

    private static bool IsUnix(EndPoint endPoint) => endPoint is UnixDomainSocketEndPoint;

    private static bool IsUnix(DatagramOptions options) =>
        options.Family == AddressFamily.Unix
        || options.LocalEndPoint is UnixDomainSocketEndPoint
        || options.RemoteEndPoint is UnixDomainSocketEndPoint;

    private static async Task<List<EndPoint?>> ResolveAsync(
        EventLoop loop, EndPoint? endPoint, DatagramOptions options, CancellationToken cancellationToken)
    {
        if (endPoint is not DnsEndPoint name)
        {
            return [endPoint];
        }

        var wanted = new AddressInfoOptions
        {
            Family = name.AddressFamily == AddressFamily.Unspecified ? options.Family : name.AddressFamily,
            SocketType = SocketType.Dgram,
            Flags = options.Flags,
        };
        string service = name.Port.ToString(CultureInfo.InvariantCulture);
        return [.. await AddressResolver.ResolveAsync(loop, name.Host, service, wanted, cancellationToken)];
    }
}
