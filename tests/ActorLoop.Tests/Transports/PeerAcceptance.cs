using System.Net.Sockets;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Transports;

/// <summary>Takes the next connection of a listener as a peer, in clear or under TLS.</summary>
public static class PeerAcceptance
{
    public static async Task<RawPeer> AcceptAsync(Socket listener, bool tls)
    {
        Socket peer = await listener.AcceptAsync();
        if (peer.AddressFamily != AddressFamily.Unix)
        {
            peer.NoDelay = true;
        }

        return tls ? await TlsRawPeer.AcceptAsync(peer) : new RawPeer(peer);
    }
}
