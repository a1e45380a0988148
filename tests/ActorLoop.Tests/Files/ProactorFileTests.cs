using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Files;

public sealed class ProactorTransportSendFileTests : TransportSendFileTests
{
    protected override bool SystemSends => false;

    [Fact(DisplayName = "SF-04 The system sends no file here: without a fallback that is an exception, and nothing happens")]
    public void SendFile_WithoutAFallback_IsRefused() => Run(async () =>
    {
        RecordingProtocol protocol = Recorder();
        (ITransport transport, RawPeer peer) = await ConnectAsync(protocol);
        (Socket near, _) = NewSockets();
        TestFile file = NewFile(1000);
        await Assert.ThrowsAsync<SendFileNotAvailableException>(() => Loop.SendFileAsync(transport, file.Stream, fallback: false));
        await Assert.ThrowsAsync<SendFileNotAvailableException>(() => Loop.SocketSendFileAsync(near, file.Stream, fallback: false));
        Assert.Equal(0, file.Stream.Position);
        Assert.Equal(1000, await Loop.SendFileAsync(transport, file.Stream));
        transport.Close();
        Assert.Equal(file.Content, await peer.ReceiveToEndAsync());
    });

    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorSocketSendFileTests : SocketSendFileTests
{
    protected override bool SystemSends => false;

    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorTlsSendFileTests : TlsSendFileTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}
