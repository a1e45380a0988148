using ActorLoop;

namespace EchoServer;

/// <summary>Sends back what it receives, and reads no faster than the client reads.</summary>
internal sealed class EchoProtocol(Totals totals) : Protocol
{
    private ITransport _transport = null!;
    private long _bytes;

    public override void ConnectionMade(ITransport transport) => _transport = transport;

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        _bytes += data.Length;
        _transport.Write(data);
    }

    public override void PauseWriting() => _transport.PauseReading();

    public override void ResumeWriting() => _transport.ResumeReading();

    public override void ConnectionLost(Exception? exception) => totals.Add(_bytes);
}
