using System.Net.Sockets;

namespace ActorLoop;

/// <summary>How a connection is made and set up.</summary>
public sealed record ConnectionOptions
{
    /// <summary>Addresses of this family only. Default: null, all the host has.</summary>
    public AddressFamily? Family { get; init; }

    /// <summary>Sends small writes without waiting for more (TCP_NODELAY). Default: true.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>Lets the system probe an idle connection (SO_KEEPALIVE). Default: false.</summary>
    public bool KeepAlive { get; init; }

    /// <summary>Write buffer limits. Default: 64 KiB, 16 KiB, cap 4 MiB.</summary>
    public WriteBufferLimits WriteBufferLimits { get; init; }
}
