namespace ActorLoop.Processes;

/// <summary>Brings what the child writes to the protocol of the child.</summary>
internal sealed class OutputProtocol(SubprocessTransport child, int descriptor) : Protocol
{
    public override void DataReceived(ReadOnlySpan<byte> data) => child.Told.PipeDataReceived(descriptor, data);
}

/// <summary>Brings the flow control of the child's input to the protocol of the child.</summary>
internal sealed class InputProtocol(SubprocessTransport child) : Protocol
{
    public override void PauseWriting() => child.Told.PauseWriting();

    public override void ResumeWriting() => child.Told.ResumeWriting();
}
