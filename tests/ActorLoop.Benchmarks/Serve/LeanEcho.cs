namespace ActorLoop.Benchmarks.Serve;

/// <summary>The least that a protocol can be: what comes in goes out.</summary>
internal sealed class LeanEcho : Protocol
{
    private ITransport? _transport;

    public override void ConnectionMade(ITransport transport) => _transport = transport;

    public override void DataReceived(ReadOnlySpan<byte> data) => _transport!.Write(data);
}
