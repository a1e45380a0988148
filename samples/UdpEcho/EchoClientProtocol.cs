using System.Net;
using System.Text;
using ActorLoop;

namespace UdpEcho;

/// <summary>Sends one message and closes when the answer, or an error, is there.</summary>
internal sealed class EchoClientProtocol(string message, LoopFuture<bool> closed) : DatagramProtocol
{
    private IDatagramTransport _transport = null!;
    private Exception? _error;

    public override void ConnectionMade(IDatagramTransport transport)
    {
        _transport = transport;
        Console.WriteLine($"Send: {message}");
        transport.SendTo(Encoding.UTF8.GetBytes(message));
    }

    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint remote)
    {
        Console.WriteLine($"Received: {Encoding.UTF8.GetString(data)}");
        Console.WriteLine("Close the socket");
        _transport.Close();
    }

    // Such as a refusal: nobody listens at the port. The endpoint would go on; this client has nothing else to say.
    public override void ErrorReceived(Exception exception)
    {
        Console.WriteLine($"Error received: {exception.Message}");
        _error = exception;
        _transport.Close();
    }

    public override void ConnectionLost(Exception? exception)
    {
        Console.WriteLine("Connection closed");
        if ((exception ?? _error) is { } failure)
        {
            closed.SetException(failure);
        }
        else
        {
            closed.SetResult(true);
        }
    }
}
