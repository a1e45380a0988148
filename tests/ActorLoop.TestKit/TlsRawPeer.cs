using System.Net.Security;
using System.Net.Sockets;

namespace ActorLoop.TestKit;

/// <summary>The server's end of a TLS connection by the base class library, with the socket below in reach.</summary>
public sealed class TlsRawPeer : RawPeer
{
    private readonly HandshakeStream _network;
    private readonly SslStream _stream;
    private bool _saidGoodbye;

    private TlsRawPeer(Socket socket)
        : base(socket)
    {
        _network = new HandshakeStream(socket);
        _stream = new SslStream(_network);
    }

    /// <summary>Shakes hands; a client that hangs up meanwhile shows at the first operation.</summary>
    public static async Task<TlsRawPeer> AcceptAsync(Socket socket)
    {
        var peer = new TlsRawPeer(socket);
        try
        {
            await peer._stream.AuthenticateAsServerAsync(TestCertificates.ServerOptions());
        }
        catch (IOException)
        {
        }

        peer._network.IsShakingHands = false;
        return peer;
    }

    public override async Task SendAsync(ReadOnlyMemory<byte> data)
    {
        try
        {
            await _stream.WriteAsync(data);
        }
        catch (IOException failure) when (failure.InnerException is SocketException cause)
        {
            throw cause;
        }
    }

    /// <summary>
    /// Receives what is there; the stream ends only when the connection below has, in order or in the middle of a record.
    /// </summary>
    public override async ValueTask<int> ReceiveSomeAsync(Memory<byte> buffer)
    {
        try
        {
            int count = _stream.IsAuthenticated ? await _stream.ReadAsync(buffer) : 0;
            return count > 0 ? count : await EndAsync();
        }
        catch (IOException failure) when (failure.InnerException is SocketException cause)
        {
            throw cause;
        }
        catch (IOException)
        {
            return await EndAsync();
        }
    }

    public override void ShutdownSend()
    {
        SayGoodbye();
        Socket.Shutdown(SocketShutdown.Send);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            SayGoodbye();
            _stream.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// Waits until the connection below is over. How does not matter any more: who leaves without having read the tickets resets it.
    /// </summary>
    private async Task<int> EndAsync()
    {
        var rest = new byte[4096];
        try
        {
            while (await Socket.ReceiveAsync(rest) > 0)
            {
            }
        }
        catch (SocketException)
        {
        }

        return 0;
    }

    private void SayGoodbye()
    {
        if (_saidGoodbye || !_stream.IsAuthenticated)
        {
            return;
        }

        _saidGoodbye = true;
        try
        {
            _stream.ShutdownAsync().GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is over already.
        }
    }

    /// <summary>
    /// In TLS 1.3 the server's last words are session tickets. A client that has written and gone does not want them, and what
    /// it has written must not be lost over that.
    /// </summary>
    private sealed class HandshakeStream(Socket socket) : NetworkStream(socket)
    {
        public bool IsShakingHands { get; set; } = true;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                await base.WriteAsync(buffer, cancellationToken);
            }
            catch (IOException) when (IsShakingHands)
            {
            }
        }
    }
}
