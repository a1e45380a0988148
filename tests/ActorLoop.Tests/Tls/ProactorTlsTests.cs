namespace ActorLoop.Tests.Tls;

public sealed class ProactorStartTlsTests : StartTlsTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorTlsClosingTests : TlsClosingTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorTlsDataTests : TlsDataTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorTlsHandshakeTests : TlsHandshakeTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorTlsStreamTests : TlsStreamTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}
