using System.Net.Sockets;

namespace ActorLoop.Tests.Pipes;

/// <summary>Two Unix sockets that are connected to each other.</summary>
internal static class SocketEnds
{
    public static (Socket Left, Socket Right) Pair(string path)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        left.Connect(new UnixDomainSocketEndPoint(path));
        return (left, listener.Accept());
    }
}
