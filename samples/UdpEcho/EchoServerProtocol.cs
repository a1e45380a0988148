using System.Net;
using System.Text;
using ActorLoop;

namespace UdpEcho;

/// <summary>Sends every datagram back to whoever sent it.</summary>
internal sealed class EchoServerProtocol : DatagramProtocol
{
    private IDatagramTransport _transport = null!;

    public override void ConnectionMade(IDatagramTransport transport) => _transport = transport;

    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint remote)
    {
        string message = Encoding.UTF8.GetString(data);
        Console.WriteLine($"Received '{message}' from {remote}");
        Console.WriteLine($"Send '{message}' to {remote}");

        // The bytes may be sent on as they are; what is kept longer than this call has to be copied.
        _transport.SendTo(data, remote);
    }
}
