using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ActorLoop.Connections;
using ActorLoop.Futures;
using ActorLoop.Names;

namespace ActorLoop;

/// <summary>
/// Looking up names. A loop of another kind may answer from somewhere else; its connections and servers ask here.
/// </summary>
public abstract partial class EventLoop
{
    private const NameInfoHints AllNameInfoHints = NameInfoHints.NumericHost | NameInfoHints.NumericService
        | NameInfoHints.NoDomain | NameInfoHints.NameRequired | NameInfoHints.Datagram;

    internal LoopLookups Lookups { get; }

    /// <summary>Finds the addresses of a host. Mirrors <c>getaddrinfo</c>.</summary>
    /// <param name="host">
    /// Name or address; null is this machine, or every interface with <see cref="AddressInfoHints.Passive"/>.
    /// </param>
    /// <param name="port">Port, 0 to 65535.</param>
    /// <param name="options">What is wanted; null is everything.</param>
    /// <param name="cancellationToken">Ends the wait; the lookup itself may go on for a while.</param>
    /// <returns>The addresses, best first; at least one.</returns>
    /// <remarks>
    /// <para>Thread: any. Addresses are answered at once, names by <see cref="EventLoopOptions.NameResolver"/>.</para>
    /// <para>Only one form of an IPv4 address is one, four decimal numbers: 127.1, 0177.0.0.1 and 2130706433 are refused.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">What is given is neither an address nor a possible name.</exception>
    /// <exception cref="SocketException">
    /// The name has no address (HostNotFound, NoData), nobody could be asked (TryAgain, NoRecovery), or the time is up
    /// (TimedOut).
    /// </exception>
    /// <exception cref="LoopClosedException">The loop is closed, or was closed meanwhile.</exception>
    public Task<IReadOnlyList<AddressInfo>> GetAddressInfoAsync(
        string? host, int port, AddressInfoOptions? options = null, CancellationToken cancellationToken = default)
    {
        AddressResolver.CheckPort(port);
        return GetAddressInfoAsync(host, port.ToString(CultureInfo.InvariantCulture), options, cancellationToken);
    }

    /// <inheritdoc cref="GetAddressInfoAsync(string?, int, AddressInfoOptions?, CancellationToken)"/>
    /// <param name="host">
    /// Name or address; null is this machine, or every interface with <see cref="AddressInfoHints.Passive"/>.
    /// </param>
    /// <param name="service">Name of a service, such as "http", or a port; null is port 0.</param>
    /// <param name="options">What is wanted; null is everything.</param>
    /// <param name="cancellationToken">Ends the wait; the lookup itself may go on for a while.</param>
    public virtual Task<IReadOnlyList<AddressInfo>> GetAddressInfoAsync(
        string? host, string? service, AddressInfoOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrEmpty(host) && string.IsNullOrEmpty(service))
        {
            throw new ArgumentException("Neither a host nor a service is given; one of them is needed.", nameof(host));
        }

        HostName? name = string.IsNullOrEmpty(host) ? null : HostName.Parse(host, nameof(host));
        ServiceName port = ServiceName.Parse(service, nameof(service));
        Core.ThrowIfClosed();
        return Lookups.GetAddressInfoAsync(name, port, options ?? new AddressInfoOptions(), TaskToken.Or(cancellationToken));
    }

    /// <summary>Finds the names of an address and a port. Mirrors <c>getnameinfo</c>.</summary>
    /// <param name="endPoint">Address and port.</param>
    /// <param name="flags">What is wanted.</param>
    /// <param name="cancellationToken">Ends the wait; the lookup itself may go on for a while.</param>
    /// <returns>The names; where there is none, the number.</returns>
    /// <remarks>Thread: any. The name of a host is what whoever owns the address says it is.</remarks>
    /// <exception cref="ArgumentException">A bad argument.</exception>
    /// <exception cref="SocketException">There is no name although one is required, or nobody could be asked in time.</exception>
    /// <exception cref="LoopClosedException">The loop is closed, or was closed meanwhile.</exception>
    public virtual Task<NameInfo> GetNameInfoAsync(
        IPEndPoint endPoint, NameInfoHints flags = NameInfoHints.None, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        if ((flags & ~AllNameInfoHints) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(flags), flags, $"The flags are a combination of {AllNameInfoHints}.");
        }

        Core.ThrowIfClosed();
        return Lookups.GetNameInfoAsync(endPoint, flags, TaskToken.Or(cancellationToken));
    }
}
