namespace ActorLoop.Transports;

/// <summary>Whoever must know when one of its pipes has ended: a subprocess.</summary>
internal interface IPipeOwner
{
    /// <summary>The protocol of the pipe was told; the descriptor is closed.</summary>
    void PipeEnded(PipeTransport pipe, Exception? exception);
}
