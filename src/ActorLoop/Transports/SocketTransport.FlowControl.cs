namespace ActorLoop.Transports;

/// <summary>Flow control: the protocol is paused above one mark and resumed at the other.</summary>
internal sealed partial class SocketTransport
{
    private void PauseProtocolIfFull()
    {
        if (!_protocolPaused && !_lostScheduled && WriteBufferSize > _limits.High)
        {
            _protocolPaused = true;
            FlowControl.Tell(_core, this, _protocol, pause: true);
        }
    }

    private void ResumeProtocolIfLow()
    {
        // While a file is being sent the protocol may not write: resuming it would be a trap.
        if (_protocolPaused && !_lostScheduled && _file is null && WriteBufferSize <= _limits.Low)
        {
            _protocolPaused = false;
            FlowControl.Tell(_core, this, _protocol, pause: false);
        }
    }
}
