namespace ActorLoop.Transports;

/// <summary>Flow control: the protocol is paused above one mark and resumed at the other.</summary>
internal sealed partial class SocketTransport
{
    private void PauseProtocolIfFull()
    {
        if (!_protocolPaused && !_lostScheduled && WriteBufferSize > _limits.High)
        {
            _protocolPaused = true;
            TellFlowControl(pause: true);
        }
    }

    private void ResumeProtocolIfLow()
    {
        // While a file is being sent the protocol may not write: resuming it would be a trap.
        if (_protocolPaused && !_lostScheduled && _file is null && WriteBufferSize <= _limits.Low)
        {
            _protocolPaused = false;
            TellFlowControl(pause: false);
        }
    }

    private void TellFlowControl(bool pause)
    {
        try
        {
            if (pause)
            {
                _protocol.PauseWriting();
            }
            else
            {
                _protocol.ResumeWriting();
            }
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            string callback = pause ? nameof(BaseProtocol.PauseWriting) : nameof(BaseProtocol.ResumeWriting);
            _core.Errors.Report(new LoopExceptionContext($"protocol.{callback}() failed")
            {
                Kind = LoopErrorKind.FlowControl,
                Exception = failure,
                Transport = this,
                Protocol = _protocol,
            });
        }
    }
}
