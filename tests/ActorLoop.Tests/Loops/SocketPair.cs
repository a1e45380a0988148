using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Tests.Loops;

/// <summary>Two connected TCP sockets.</summary>
internal sealed class SocketPair : IDisposable
{
    public SocketPair()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Far.Connect(listener.LocalEndPoint!);
        Near = listener.Accept();
    }

    public Socket Near { get; }

    public Socket Far { get; }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
