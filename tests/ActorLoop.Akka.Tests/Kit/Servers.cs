using System.Net;
using ActorLoop.TestKit;

namespace ActorLoop.Akka.Tests.Kit;

/// <summary>Clients of supervised servers.</summary>
public static class Servers
{
    public static RawPeer Connect(this SupervisedServer server) => RawPeer.Connect((IPEndPoint)server.EndPoints[0]);

    public static async Task<string> ExchangeAsync(this RawPeer peer, string text, int answer)
    {
        await peer.SendAsync(global::System.Text.Encoding.ASCII.GetBytes(text));
        return global::System.Text.Encoding.ASCII.GetString(await peer.ReceiveAsync(answer));
    }
}
