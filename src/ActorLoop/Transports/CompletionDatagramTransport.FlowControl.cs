namespace ActorLoop.Transports;

/// <summary>What the protocol hears of a full buffer and of what failed.</summary>
internal sealed partial class CompletionDatagramTransport
{
    private void TellError(Exception error)
    {
        try
        {
            _protocol.ErrorReceived(error);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Report(nameof(DatagramProtocol.ErrorReceived), failure);
        }
    }

    private void PauseProtocolIfFull()
    {
        if (!_protocolPaused && !_losing && _queuedSize > _limits.High)
        {
            _protocolPaused = true;
            TellFlowControl(nameof(BaseProtocol.PauseWriting), _protocol.PauseWriting);
        }
    }

    private void ResumeProtocolIfLow()
    {
        if (_queuedSize > _limits.Low || _losing)
        {
            return;
        }

        _overflowed = false;
        if (_protocolPaused)
        {
            _protocolPaused = false;
            TellFlowControl(nameof(BaseProtocol.ResumeWriting), _protocol.ResumeWriting);
        }
    }

    private void TellFlowControl(string callback, Action tell)
    {
        try
        {
            tell();
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Report(callback, failure, LoopErrorKind.FlowControl);
        }
    }
}
