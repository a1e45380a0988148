using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Tests.Selectors;

/// <summary>A connected TCP socket whose peer resets the connection on demand.</summary>
internal sealed class ResetConnection : IDisposable
{
    private readonly Socket _peer = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _socket;

    public ResetConnection()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _peer.Connect(listener.LocalEndPoint!);
        _socket = listener.Accept();
    }

    public Socket Socket => _socket;

    public nint Descriptor => _socket.Handle;

    public void Reset()
    {
        _peer.LingerState = new LingerOption(enable: true, seconds: 0);
        _peer.Close();
    }

    public void Dispose()
    {
        _peer.Dispose();
        _socket.Dispose();
    }
}
