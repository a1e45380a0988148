using System.Net.Sockets;

namespace ActorLoop.Tests.Connections;

/// <summary>What a server leaves that was killed.</summary>
internal static class DeadSocket
{
    public static void Leave(string path)
    {
        string other = path + ".bound";
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(other));
            socket.Listen();
            // .NET deletes the path it bound when the socket is disposed; under another name the file survives.
            File.Move(other, path);
        }
    }
}
