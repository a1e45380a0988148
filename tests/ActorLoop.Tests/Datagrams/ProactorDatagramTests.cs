namespace ActorLoop.Tests.Datagrams;

public sealed class ProactorDatagramClosingTests : DatagramClosingTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorDatagramErrorTests : DatagramErrorTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorDatagramFlowControlTests : DatagramFlowControlTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorDatagramOptionsTests : DatagramOptionsTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorUnixDatagramTests : UnixDatagramTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}
