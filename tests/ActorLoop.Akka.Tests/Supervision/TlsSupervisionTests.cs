using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using ActorLoop.Akka.Tests.Kit;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Akka.Tests.Supervision;

public sealed class TlsSupervisionTests : AkkaTest
{
    [Fact(DisplayName = "AK-44 A connection under TLS is supervised: Resume goes on, Stop ends it")]
    public async Task Failure_UnderTls_IsDecidedOn()
    {
        var protocols = new ConcurrentQueue<NumberingProtocol>();
        SupervisedServer server = await Extension.CreateServerAsync(
            Loop,
            NumberingProtocol.Into(protocols),
            "127.0.0.1",
            0,
            new SupervisedServerOptions
            {
                Server = new ServerOptions { Tls = TestCertificates.ServerOptions() },
                Strategy = new AkkaOneForOne(failure => failure.Message == "!r" ? AkkaDirective.Resume : AkkaDirective.Stop),
            });
        using RawPeer peer = server.Connect();
        await using SslStream stream = await SecureAsync(peer);
        await stream.WriteAsync("a"u8.ToArray());
        Assert.Equal("a1"u8.ToArray(), await ReceiveAsync(stream));
        await stream.WriteAsync("!r"u8.ToArray());
        await Patience.WaitForAsync(() => protocols.Single().Transport.IsReading, "resumed");
        await stream.WriteAsync("!s"u8.ToArray());
        Assert.Equal("!s", (await protocols.Single().Lost.Task.WaitAsync(Patience.Bound))!.Message);
    }

    [Fact(DisplayName = "AK-45 A protocol that begins TLS in a callback stays supervised")]
    public async Task Failure_AfterStartTls_IsDecidedOn()
    {
        var protocols = new ConcurrentQueue<NumberingProtocol>();
        SupervisedServer server = await Extension.CreateServerAsync(
            Loop,
            NumberingProtocol.Into(protocols, protocol => protocol.OnMade = transport =>
            {
                // The protocol is not told again of its connection: it is given the new transport here.
                protocol.OnMade = null;
                _ = BeginAsync(protocol, transport);
            }),
            "127.0.0.1",
            0,
            new SupervisedServerOptions { Strategy = new AkkaOneForOne(_ => AkkaDirective.Stop) });
        using RawPeer peer = server.Connect();
        await using SslStream stream = await SecureAsync(peer);
        await stream.WriteAsync("!"u8.ToArray());
        Exception? reason = await protocols.Single().Lost.Task.WaitAsync(Patience.Bound);
        Assert.Equal("!", Assert.IsType<InvalidOperationException>(reason).Message);
        Assert.Empty(Reports);
    }

    private static async Task BeginAsync(NumberingProtocol protocol, ITransport transport) =>
        protocol.ConnectionMade(await transport.Loop.StartTlsAsync(transport, protocol, TestCertificates.ServerOptions()));

    private static async Task<SslStream> SecureAsync(RawPeer peer)
    {
        var stream = new SslStream(new NetworkStream(peer.Socket, ownsSocket: false));
        await stream.AuthenticateAsClientAsync(TestCertificates.ClientOptions()).WaitAsync(Patience.Bound);
        return stream;
    }

    private static async Task<byte[]> ReceiveAsync(SslStream stream)
    {
        byte[] answer = new byte[2];
        await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(Patience.Bound);
        return answer;
    }
}
