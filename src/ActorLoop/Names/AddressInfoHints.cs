namespace ActorLoop;

/// <summary>
/// What <see cref="EventLoop.GetAddressInfoAsync(string?, string?, AddressInfoOptions?, CancellationToken)"/> looks for.
/// </summary>
[Flags]
public enum AddressInfoHints
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Addresses to listen on: no host is every interface, not the loopback. Mirrors <c>AI_PASSIVE</c>.</summary>
    Passive = 0x1,

    /// <summary>The official name of the host too. Mirrors <c>AI_CANONNAME</c>.</summary>
    CanonicalName = 0x2,

    /// <summary>The host must be an address; nothing is looked up. Mirrors <c>AI_NUMERICHOST</c>.</summary>
    NumericHost = 0x4,

    /// <summary>
    /// For the family InterNetworkV6: IPv4 addresses in their IPv6 form if there is no other. Mirrors <c>AI_V4MAPPED</c>.
    /// </summary>
    V4Mapped = 0x8,

    /// <summary>With <see cref="V4Mapped"/>: those too, not only if there is no other. Mirrors <c>AI_ALL</c>.</summary>
    All = 0x10,

    /// <summary>Only families in which this machine has an address. Mirrors <c>AI_ADDRCONFIG</c>.</summary>
    AddressConfig = 0x20,

    /// <summary>The service must be a number; nothing is looked up. Mirrors <c>AI_NUMERICSERV</c>.</summary>
    NumericService = 0x400,
}
