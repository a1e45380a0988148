using System.Net;

namespace ActorLoop.Resilience;

/// <summary>A connection that one attempt has made; what the strategies of a pipeline choose from.</summary>
public sealed class ConnectionAttempt : IDisposable
{
    internal ConnectionAttempt(ITransport transport, StreamProtocol protocol, EndPoint target, int targetIndex)
    {
        Transport = transport;
        Protocol = protocol;
        Target = target;
        TargetIndex = targetIndex;
    }

    /// <summary>The transport.</summary>
    public ITransport Transport { get; }

    /// <summary>The protocol the factory made for it.</summary>
    public StreamProtocol Protocol { get; }

    /// <summary>What was connected to, one of the targets.</summary>
    public EndPoint Target { get; }

    internal int TargetIndex { get; }

    /// <summary>
    /// Aborts the connection. Strategies call it for the result they do not take: of two connections that hedging made at once, say.
    /// </summary>
    public void Dispose() => Transport.Abort();
}
