using ActorLoop.Execution;

namespace ActorLoop.Transports;

/// <summary>Tells a protocol to stop writing or to go on, in the same way for every transport.</summary>
internal static class FlowControl
{
    /// <summary>What the protocol throws is reported and changes nothing: the connection did nothing wrong.</summary>
    public static void Tell(LoopCore core, IBaseTransport transport, BaseProtocol protocol, bool pause)
    {
        if (core.Traces)
        {
            core.Errors.Trace($"{transport} {(pause ? "pauses" : "resumes")} the writing of {protocol.GetType().Name}");
        }

        try
        {
            if (pause)
            {
                protocol.PauseWriting();
            }
            else
            {
                protocol.ResumeWriting();
            }
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            string callback = pause ? nameof(BaseProtocol.PauseWriting) : nameof(BaseProtocol.ResumeWriting);
            core.Errors.Report(new LoopExceptionContext($"protocol.{callback}() failed")
            {
                Kind = LoopErrorKind.FlowControl,
                Exception = failure,
                Transport = transport,
                Protocol = protocol,
            });
        }
    }
}
