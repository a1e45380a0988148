namespace ActorLoop.Transports;

/// <summary>Supervision: the node is that of the connection below, and so is the one who decides.</summary>
internal sealed partial class TlsTransport
{
    public ActorRef Actor => _below?.Actor ?? throw new InvalidOperationException("The connection has not been made yet.");

    public ConnectionSupervision? Supervision => (_below as ISupervisedTransport)?.Supervision;

    public bool CanStartOver => !IsClosing && !_peerClosed && _state == TlsState.Open;

    public bool IsProtocolPaused => _abovePaused == true;

    public void EndBecauseOf(Exception failure) => EndWith(failure);

    public void Escalate(Exception failure)
    {
        EndWith(failure);
        (_below as ISupervisedTransport)?.Escalate(failure);
    }
}
