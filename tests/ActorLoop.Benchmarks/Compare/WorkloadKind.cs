namespace ActorLoop.Benchmarks.Compare;

/// <summary>What a comparison sends its messages over.</summary>
internal enum WorkloadKind
{
    /// <summary>TCP connections that stay.</summary>
    Tcp,

    /// <summary>Unix stream sockets that stay.</summary>
    Unix,

    /// <summary>UDP datagrams.</summary>
    Udp,

    /// <summary>A TCP connection for each message.</summary>
    Churn,

    /// <summary>TCP connections under TLS that stay.</summary>
    Tls,

    /// <summary>A TCP connection under TLS, with a full handshake, for each message.</summary>
    Handshakes,
}
