using System.Net;
using ActorLoop.Akka.Tests.Kit;
using ActorLoop.TestKit;
using Akka.Actor;
using Xunit;

namespace ActorLoop.Akka.Tests.Supervision;

[Collection(Census.Name)]
public sealed class DescriptorTests : AkkaTest
{
    [Fact(DisplayName = "AK-59 A server that was restarted, and a client that reconnected, leave no descriptor behind")]
    public async Task Descriptors_AfterRestartsAndReconnections_AreClosed()
    {
        await RestartAndStopAsync();
        DescriptorCensus before = DescriptorCensus.Take();
        await RestartAndStopAsync();
        before.WaitUntilNothingNew();
    }

    private async Task RestartAndStopAsync()
    {
        SupervisedServer server = await Extension.CreateServerAsync(
            Loop,
            () => new NumberingProtocol(),
            "127.0.0.1",
            0,
            new SupervisedServerOptions { Strategy = new AkkaOneForOne(_ => AkkaDirective.Escalate) });
        IActorRef client = await Extension.CreateClientAsync(
            Loop,
            () => new NumberingProtocol(),
            "127.0.0.1",
            ((IPEndPoint)server.EndPoints[0]).Port,
            new SupervisedClientOptions { MinBackoff = TimeSpan.FromMilliseconds(1), ReconnectAfterClose = true });
        using (RawPeer bad = server.Connect())
        {
            await bad.SendAsync("!"u8.ToArray());
            await bad.EndedByResetAsync().WaitAsync(Patience.Bound);
        }

        Assert.Equal("a1", await server.AskUntilAnsweredAsync());
        await client.GracefulStop(Patience.Bound);
        await server.ShutdownAsync(TimeSpan.Zero).WaitAsync(Patience.Bound);
    }
}
