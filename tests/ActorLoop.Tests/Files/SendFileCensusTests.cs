using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Files;

// If this fails, clients who go away in the middle of a file take descriptors with them.
[Collection(Census.Name)]
public sealed class SendFileCensusTests : SendFileTest
{
    [Fact(DisplayName = "SF-09 Files whose receivers go away, one half by the system's call, leave no descriptor")]
    public void SendFile_PeersGoMidway_LeaveNothing() => DescriptorCensus.NothingLeftBy(() => Run(async () =>
    {
        using var file = new TestFile(1_000_000);
        for (int i = 0; i < 40; i++)
        {
            RecordingProtocol protocol = Recorder();
            (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
            using var other = new FileStream(file.Stream.Name, FileMode.Open, FileAccess.Read);
            Task<long> sending = Loop.SendFileAsync(transport, i % 2 == 0 ? other : new MemoryStream(file.Content));
            await peer.ReceiveAsync(1000);
            peer.Reset();
            await Assert.ThrowsAsync<SocketException>(() => sending);
            await protocol.Record.Lost;
        }
    }));
}
