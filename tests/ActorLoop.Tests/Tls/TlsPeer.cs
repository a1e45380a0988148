using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Tls;

/// <summary>The other end as the base class library does it, with the socket below in reach.</summary>
public sealed class TlsPeer(Socket socket, SslStream stream) : IDisposable
{
    public Socket Socket => socket;

    public SslStream Stream => stream;

    public static async Task<TlsPeer> ConnectAsync(int port, SslClientAuthenticationOptions? options = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(options ?? TestCertificates.ClientOptions());
        return new TlsPeer(socket, stream);
    }

    public static async Task<TlsPeer> AcceptAsync(Socket listener, SslServerAuthenticationOptions? options = null)
    {
        Socket socket = await listener.AcceptAsync();
        socket.NoDelay = true;
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsServerAsync(options ?? TestCertificates.ServerOptions());
        return new TlsPeer(socket, stream);
    }

    public Task SendAsync(byte[] data) => stream.WriteAsync(data).AsTask();

    public async Task<byte[]> ReceiveAsync(int count)
    {
        var data = new byte[count];
        await stream.ReadExactlyAsync(data);
        return data;
    }

    /// <summary>Receives until close_notify or the end of the connection.</summary>
    public async Task<byte[]> ReceiveToEndAsync()
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    public void Dispose() => stream.Dispose();
}
