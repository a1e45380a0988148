namespace ActorLoop;

/// <summary>How <see cref="EventLoop.GetNameInfoAsync"/> answers.</summary>
[Flags]
public enum NameInfoHints
{
    /// <summary>Names where there are any, else numbers.</summary>
    None = 0,

    /// <summary>The address of the host, not its name. Mirrors <c>NI_NUMERICHOST</c>.</summary>
    NumericHost = 0x1,

    /// <summary>The number of the service, not its name. Mirrors <c>NI_NUMERICSERV</c>.</summary>
    NumericService = 0x2,

    /// <summary>For hosts of the own domain the first label only. Mirrors <c>NI_NOFQDN</c>.</summary>
    NoDomain = 0x4,

    /// <summary>A host without a name is an error. Mirrors <c>NI_NAMEREQD</c>.</summary>
    NameRequired = 0x8,

    /// <summary>The service is one of UDP. Mirrors <c>NI_DGRAM</c>.</summary>
    Datagram = 0x10,
}
