namespace ActorLoop.TestHost;

/// <summary>Sends back what it receives.</summary>
internal sealed class EchoProtocol : Protocol
{
    private ITransport? _transport;

    public override void ConnectionMade(ITransport transport) => _transport = transport;

    public override void DataReceived(ReadOnlySpan<byte> data) => _transport!.Write(data);
}
