namespace ActorLoop.Benchmarks.Faults;

/// <summary>Sends back what it receives, and throws when that begins with an exclamation mark.</summary>
internal sealed class EchoOrCrash : Protocol
{
    private ITransport? _transport;

    public override void ConnectionMade(ITransport transport) => _transport = transport;

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        if (data[0] == (byte)'!')
        {
            throw new InvalidDataException("The peer wants a crash.");
        }

        _transport!.Write(data);
    }
}
