using System.Net;
using System.Net.Sockets;
using ActorLoop.Names;

using Interop = ActorLoop.Transports.Interop;

namespace ActorLoop.Connections;

/// <summary>Refuses what cannot be a connection, before anything is opened.</summary>
internal static class ConnectionArguments
{
    /// <summary>For connections to a host.</summary>
    public static void CheckOptions(ConnectionOptions options)
    {
        AddressResolver.CheckFamily(options.Family);
        if (options.LocalEndPoint is DnsEndPoint { Host: var host } && host.Length > 0)
        {
            HostName.Parse(host, nameof(options.LocalEndPoint));
        }
    }

    /// <summary>For a socket that is connected already: nothing is left to choose.</summary>
    public static void CheckSocket(Socket socket, ConnectionOptions options)
    {
        if (socket.SocketType != SocketType.Stream)
        {
            throw new ArgumentException($"A stream connection needs a stream socket, not {socket.SocketType}.", nameof(socket));
        }

        if (!socket.Connected && !Interop.HasPeer((int)socket.Handle))
        {
            throw new ArgumentException("The socket is not connected; a protocol needs somebody to talk to.", nameof(socket));
        }

        string? chosen = options switch
        {
            { Family: not null } => nameof(options.Family),
            { Protocol: not null } => nameof(options.Protocol),
            { Flags: not AddressInfoHints.None } => nameof(options.Flags),
            { LocalEndPoint: not null } => nameof(options.LocalEndPoint),
            { HappyEyeballsDelay: not null } => nameof(options.HappyEyeballsDelay),
            { Interleave: not null } => nameof(options.Interleave),
            _ => null,
        };
        if (chosen is not null)
        {
            throw new ArgumentException(
                $"{chosen} says how a host is connected to; a socket that is connected already leaves nothing to say.",
                nameof(options));
        }
    }
}
