using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>How a transport is set up, from the options of the server or the connection it belongs to.</summary>
internal sealed record TransportOptions(WriteBufferLimits Limits, bool NoDelay, bool KeepAlive)
{
    /// <summary>How the connection does TLS; null is in clear.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>What is done when a callback of the protocol throws; null is asyncio's rule.</summary>
    public ConnectionSupervision? Supervision { get; init; }

    /// <summary>Sets the options of a listening socket, from which the system copies them to whatever it accepts.</summary>
    public bool TryApply(int listener) =>
        OperatingSystem.IsLinux()
        && (!NoDelay || Interop.TrySetOption(listener, Interop.IpProtoTcp, Interop.TcpNoDelay, 1))
        && (!KeepAlive || Interop.TrySetOption(listener, Interop.SolSocket, Interop.SoKeepAlive, 1));

    /// <summary>Sets the options of a TCP socket; others have neither.</summary>
    public void Apply(SocketHandle socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            ApplyManaged(socket.Managed!);
            return;
        }

        if (NoDelay)
        {
            Interop.SetOption(socket.Descriptor, Interop.IpProtoTcp, Interop.TcpNoDelay, 1);
        }

        if (KeepAlive)
        {
            Interop.SetOption(socket.Descriptor, Interop.SolSocket, Interop.SoKeepAlive, 1);
        }
    }

    private void ApplyManaged(Socket socket)
    {
        if (NoDelay)
        {
            socket.NoDelay = true;
        }

        if (KeepAlive)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
        }
    }
}
