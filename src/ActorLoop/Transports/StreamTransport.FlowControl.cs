namespace ActorLoop.Transports;

/// <summary>Flow control: the protocol is paused above one mark and resumed at the other.</summary>
internal abstract partial class StreamTransport
{
    protected void PauseProtocolIfFull()
    {
        if (!_protocolPaused && !IsLosing && WriteBufferSize > _limits.High)
        {
            _protocolPaused = true;
            FlowControl.Tell(Core, this, _protocol, pause: true);
        }
    }

    protected void ResumeProtocolIfLow()
    {
        // While a file is being sent the protocol may not write: resuming it would be a trap.
        if (_protocolPaused && !IsLosing && File is null && WriteBufferSize <= _limits.Low)
        {
            _protocolPaused = false;
            FlowControl.Tell(Core, this, _protocol, pause: false);
        }
    }
}
