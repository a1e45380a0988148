using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;

namespace ActorLoop.Akka.Tests.Kit;

/// <summary>Clients of supervised servers.</summary>
public static class Servers
{
    public static RawPeer Connect(this SupervisedServer server) => RawPeer.Connect((IPEndPoint)server.EndPoints[0]);

    public static async Task<string> ExchangeAsync(this RawPeer peer, string text, int answer)
    {
        await peer.SendAsync(global::System.Text.Encoding.ASCII.GetBytes(text));
        return global::System.Text.Encoding.ASCII.GetString(await peer.ReceiveAsync(answer).WaitAsync(Patience.Bound));
    }

    /// <summary>A connection that is accepted just before a restart is aborted by it: the client tries again.</summary>
    public static async Task<string> AskUntilAnsweredAsync(this SupervisedServer server)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                using RawPeer peer = server.Connect();
                return await peer.ExchangeAsync("a", 2).WaitAsync(Patience.Bound);
            }
            catch (Exception failure) when (i < 100 && failure is SocketException or EndOfStreamException)
            {
                await Task.Delay(1);
            }
        }
    }
}
