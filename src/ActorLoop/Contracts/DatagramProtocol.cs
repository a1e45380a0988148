using System.Net;

namespace ActorLoop;

/// <summary>A protocol that is given datagrams. Mirrors asyncio's <c>DatagramProtocol</c>.</summary>
/// <remarks>
/// Calls come in this order: <see cref="ConnectionMade"/>, then datagrams and errors, <see cref="BaseProtocol.ConnectionLost"/>
/// exactly once. What <see cref="DatagramReceived"/> or <see cref="ErrorReceived"/> throws is reported and the endpoint goes on:
/// one bad datagram must not end the service for everybody else.
/// </remarks>
public abstract class DatagramProtocol : BaseProtocol
{
    /// <summary>The endpoint is there: the first call this protocol gets. Throwing here closes the endpoint.</summary>
    /// <param name="transport">The endpoint.</param>
    public virtual void ConnectionMade(IDatagramTransport transport)
    {
    }

    /// <summary>A datagram arrived. All that wait, up to a limit, are delivered one by one within one turn of the loop.</summary>
    /// <param name="data">
    /// The whole datagram, possibly empty, valid during this call only: it points into the buffer the loop receives into. Copy
    /// what must live longer. Sending it, or a part of it, through a datagram transport of the same loop copies nothing.
    /// </param>
    /// <param name="remote">
    /// The sender. The same object comes again with other datagrams of that sender, so do not change it. For a Unix sender
    /// without a name, an end point of family Unix that nothing can be sent to.
    /// </param>
    public virtual void DatagramReceived(ReadOnlySpan<byte> data, EndPoint remote)
    {
    }

    /// <summary>
    /// Sending or receiving failed, such as when an earlier datagram reached a port where nobody listens. The endpoint stays
    /// open. Never called inside <see cref="IDatagramTransport.SendTo"/>, but at the end of the callback that sent.
    /// </summary>
    /// <param name="exception">The error.</param>
    public virtual void ErrorReceived(Exception exception)
    {
    }
}
