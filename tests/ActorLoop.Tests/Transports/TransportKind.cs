using ActorLoop.TestKit;

namespace ActorLoop.Tests.Transports;

/// <summary>How one kind of stream transport is made. The contract suite is the same for all of them.</summary>
public abstract class TransportKind : IDisposable
{
    /// <summary>Whether one direction may end before the other. TLS has no half-closed connections.</summary>
    public virtual bool CanHalfClose => true;

    /// <summary>
    /// Whether what is written travels as it is. Otherwise sizes grow by the frames around it, one receive may bring several
    /// pieces, and the end of a big write waits, for a full frame, for the end of its callback.
    /// </summary>
    public virtual bool IsPlain => true;

    /// <summary>A loop that can make such transports.</summary>
    public abstract EventLoop CreateLoop(EventLoopOptions options);

    /// <summary>
    /// Whether a reset is noticed when the peer had ended its stream before: completions of receives are over then, and only the next
    /// write tells.
    /// </summary>
    public virtual bool NoticesResetsAfterTheEnd => true;

    /// <summary>A transport whose other end the test holds as a raw socket.</summary>
    /// <param name="loop">The running loop.</param>
    /// <param name="protocol">Its protocol.</param>
    /// <param name="limits">Write buffer limits.</param>
    /// <param name="smallBuffers">Whether the system shall buffer little in between, so that a slow reader shows soon.</param>
    public abstract Task<RawPeer> ConnectAsync(
        EventLoop loop, StreamProtocol protocol, WriteBufferLimits limits = default, bool smallBuffers = false);

    /// <summary>Two transports of one loop that are connected to each other.</summary>
    public abstract Task ConnectPairAsync(EventLoop loop, StreamProtocol left, StreamProtocol right, WriteBufferLimits limits = default);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
