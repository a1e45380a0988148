using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Tls;

public sealed class TlsEarlyDataTests : TlsTest
{
    [Theory(DisplayName = "TL-06 What comes together with the end of the handshake, however much, is delivered, and reading goes on")]
    [InlineData(100)]
    [InlineData(60_000)]
    [InlineData(100_000)]
    [InlineData(200_000)]
    public void Server_DataBehindTheHandshake_GoesOnReading(int size) => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        Socket listener = Listen();
        // Connections inherit it: room for all of it at once.
        listener.ReceiveBufferSize = 1 << 20;
        Server server = await Loop.CreateServerAsync(
            () => protocol, listener, new ServerOptions { Tls = TestCertificates.ServerOptions() });
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, PortOf(listener));
        var network = new HoldingStream(socket);
        await using var stream = new SslStream(network);
        SslClientAuthenticationOptions options = TestCertificates.ClientOptions();
        options.EnabledSslProtocols = SslProtocols.Tls13;
        await stream.AuthenticateAsClientAsync(options);
        byte[] data = TestBytes.Make(size);
        await stream.WriteAsync(data);

        // This thread is the loop's: everything is in the socket before the server looks at it.
        network.Release();
        await protocol.Record.ReceivedAsync(size);
        await stream.WriteAsync(data);
        await protocol.Record.ReceivedAsync(2 * size);
        byte[] expected = [.. data, .. data];
        Assert.Equal(expected, protocol.Record.Received);
        await stream.ShutdownAsync();
        Assert.Null(await protocol.Record.Lost);
        server.Close();
        await server.WaitClosedAsync();
    });

    /// <summary>Sends the client's hello at once, and all that follows only when it is told to, in one go.</summary>
    private sealed class HoldingStream(Socket socket) : NetworkStream(socket)
    {
        private readonly MemoryStream _held = new();
        private bool _holds;

        public void Release()
        {
            _holds = false;
            Socket.SendBufferSize = 1 << 20;
            Socket.Send(_held.ToArray());
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_holds)
            {
                _held.Write(buffer.Span);
                return;
            }

            _holds = _held.Length == 0;
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
