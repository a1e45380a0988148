namespace ActorLoop;

/// <summary>
/// What the protocols of stream transports share. Derive from <see cref="Protocol"/> or <see cref="BufferedProtocol"/>.
/// </summary>
/// <remarks>
/// Calls come in this order: <see cref="ConnectionMade"/>, data, <see cref="EofReceived"/> at most once,
/// <see cref="BaseProtocol.ConnectionLost"/> exactly once.
/// </remarks>
public abstract class StreamProtocol : BaseProtocol
{
    private protected StreamProtocol()
    {
    }

    /// <summary>The connection is there: the first call this protocol gets. Data comes later, never inside this call.</summary>
    /// <param name="transport">The connection.</param>
    public virtual void ConnectionMade(ITransport transport)
    {
    }

    /// <summary>The peer has sent all it will send.</summary>
    /// <returns>
    /// False, the default, lets the transport close itself after what is buffered was sent. True keeps it open for writing; the
    /// protocol must close it then.
    /// </returns>
    public virtual bool EofReceived() => false;
}
