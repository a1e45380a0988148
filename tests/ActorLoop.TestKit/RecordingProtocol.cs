namespace ActorLoop.TestKit;

/// <summary>A protocol that records what it is told and does what the hooks of its record say.</summary>
public sealed class RecordingProtocol : Protocol, IRecordingProtocol
{
    public ProtocolRecord Record { get; } = new();

    public override void ConnectionMade(ITransport transport) => Record.TellMade(transport);

    public override void DataReceived(ReadOnlySpan<byte> data) => Record.TellData(data);

    public override bool EofReceived() => Record.TellEof();

    public override void ConnectionLost(Exception? exception) => Record.TellLost(exception);

    public override void PauseWriting() => Record.TellPause();

    public override void ResumeWriting() => Record.TellResume();
}
