namespace ActorLoop.Transports;

/// <summary>Flow control: the protocol is paused above one mark and resumed at the other.</summary>
internal abstract partial class StreamTransport
{
    protected void PauseProtocolIfFull()
    {
        if (!_protocolPaused && !IsLosing && WriteBufferSize > _limits.High)
        {
            _protocolPaused = true;
            TellFlowControl(pause: true);
        }
    }

    protected void ResumeProtocolIfLow()
    {
        // While a file is being sent the protocol may not write: resuming it would be a trap.
        if (_protocolPaused && !IsLosing && File is null && WriteBufferSize <= _limits.Low)
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
            Core.Errors.Report(new LoopExceptionContext($"protocol.{callback}() failed")
            {
                Kind = LoopErrorKind.FlowControl,
                Exception = failure,
                Transport = this,
                Protocol = _protocol,
            });
        }
    }
}
