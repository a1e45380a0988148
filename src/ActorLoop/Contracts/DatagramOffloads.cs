namespace ActorLoop;

/// <summary>
/// Lets several datagrams of one size pass between the loop and the network as one: the system, or the network card, cuts
/// and joins
/// them. Worth it for bulk to and from few peers; the protocol sees single datagrams all the same.
/// </summary>
[Flags]
public enum DatagramOffloads
{
    /// <summary>Every datagram passes alone.</summary>
    None = 0,

    /// <summary>Datagrams of equal size that one callback sends to one receiver leave as one (UDP_SEGMENT, Linux 4.18).</summary>
    Send = 1,

    /// <summary>Datagrams of equal size from one sender may arrive as one (UDP_GRO, Linux 5.0).</summary>
    Receive = 2,

    /// <summary>Both directions.</summary>
    All = Send | Receive,
}
