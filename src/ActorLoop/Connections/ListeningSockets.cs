using System.Net;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>Binds the sockets of a server: all of them, or none.</summary>
internal static class ListeningSockets
{
    public static List<ListeningSocket> Bind(IReadOnlyList<IPEndPoint> endPoints, bool reusePort)
    {
        List<ListeningSocket> bound = [];
        SocketException? unavailable = null;
        try
        {
            foreach (IPEndPoint endPoint in endPoints)
            {
                try
                {
                    bound.Add(Bind(endPoint, reusePort));
                }
                catch (SocketException failure) when (IsUnavailable(failure.SocketErrorCode))
                {
                    // This family is not there; the others may do. asyncio skips it likewise.
                    unavailable = failure;
                }
            }

            return bound.Count > 0
                ? bound
                : throw unavailable ?? new SocketException((int)SocketError.HostNotFound, "The hosts have no address to listen on.");
        }
        catch
        {
            bound.ForEach(socket => socket.Close());
            throw;
        }
    }

    private static bool IsUnavailable(SocketError error) =>
        error is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;

    private static ListeningSocket Bind(IPEndPoint endPoint, bool reusePort)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                // So that both families can listen on one port.
                socket.DualMode = false;
            }

            if (reusePort)
            {
                Interop.SetOption((int)socket.Handle, Interop.SolSocket, Interop.SoReusePort, 1);
            }

            socket.Bind(endPoint);
            return ListeningSocket.Own(socket);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new SocketException((int)failure.SocketErrorCode, $"Cannot listen on {endPoint}: {failure.Message}");
        }
    }
}
