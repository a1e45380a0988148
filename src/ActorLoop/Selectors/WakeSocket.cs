using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Selectors;

/// <summary>
/// A wake signal for systems whose selectors take nothing but sockets: one datagram socket connected to itself, so
/// that it accepts from nobody else.
/// </summary>
internal sealed class WakeSocket : WakeSignal
{
    private static readonly byte[] _datagram = [1];

    public WakeSocket()
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            Socket.Blocking = false;
            Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Socket.Connect(Socket.LocalEndPoint!);
        }
        catch (SocketException error)
        {
            Socket.Dispose();
            throw new IOException("No loopback socket to wake the selector with.", error);
        }
    }

    public Socket Socket { get; }

    public override void Dispose() => Socket.Dispose();

    protected override void Send()
    {
        try
        {
            Socket.Send(_datagram);
        }
        catch (ObjectDisposedException)
        {
        }
        catch (SocketException error)
            when (error.SocketErrorCode is SocketError.Interrupted or SocketError.OperationAborted)
        {
            // Disposed while it was sending.
        }
    }

    protected override void Receive()
    {
        Span<byte> scratch = stackalloc byte[16];
        SocketError error;
        do
        {
            Socket.Receive(scratch, SocketFlags.None, out error);
        }
        while (error == SocketError.Success);
    }
}
