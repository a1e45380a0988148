using System.Net;
using System.Net.Sockets;
using ActorLoop.Names;

namespace ActorLoop;

/// <summary>
/// Finds the addresses of names for loops, and the names of addresses. Derive from it to ask somebody else than the system.
/// </summary>
/// <remarks>
/// <para>A loop asks only for what it cannot answer itself: never for an address with a numeric port. Names were checked
/// before: they are ASCII, of at most 253 characters, and no form of an address.</para>
/// <para>Thread: members may be called by any thread, mostly by that of a loop, and must not block it: a resolver that has
/// to block derives from <see cref="BlockingNameResolver"/>. The loop limits the time of each lookup; its token is canceled
/// when nobody waits any more. A resolver may cache; the loop does not.</para>
/// </remarks>
public abstract class NameResolver
{
    /// <summary>
    /// The system's resolver (<c>getaddrinfo</c>, <c>getnameinfo</c>), on threads of its own that all loops of the process share.
    /// Thread: any.
    /// </summary>
    public static BlockingNameResolver Default { get; } =
        OperatingSystem.IsLinux() ? new SystemNameResolver() : new PortableNameResolver();

    /// <summary>Looks up a host, a service, or both.</summary>
    /// <param name="host">Name; an address or null only if the service is a name.</param>
    /// <param name="service">Name of a service; null if the port is a number, which the loop then puts into the answer.</param>
    /// <param name="options">What is wanted. The timeout is the loop's business.</param>
    /// <param name="cancellationToken">Nobody waits for the answer any more.</param>
    /// <returns>The addresses, best first; none is an error too.</returns>
    /// <exception cref="SocketException">There is no answer.</exception>
    public abstract Task<IReadOnlyList<AddressInfo>> GetAddressInfoAsync(
        string? host, string? service, AddressInfoOptions options, CancellationToken cancellationToken);

    /// <summary>Looks up the names of an address and a port.</summary>
    /// <param name="endPoint">Address and port.</param>
    /// <param name="flags">What is wanted; at least one of the two is to be a name.</param>
    /// <param name="cancellationToken">Nobody waits for the answer any more.</param>
    /// <returns>The names.</returns>
    /// <exception cref="SocketException">There is no answer.</exception>
    public abstract Task<NameInfo> GetNameInfoAsync(IPEndPoint endPoint, NameInfoHints flags, CancellationToken cancellationToken);
}
