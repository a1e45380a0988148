namespace ActorLoop.Tests.Connections;

public sealed class ProactorConnectTests : ConnectTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorConnectSocketTests : ConnectSocketTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorConnectCancellationTests : ConnectCancellationTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorAcceptedSocketTests : AcceptedSocketTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorLoopCloseTests : LoopCloseTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorServerBindingTests : ServerBindingTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorServerClosingTests : ServerClosingTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorServerServingTests : ServerServingTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorServerArgumentTests : ServerArgumentTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorUnixServerTests : UnixServerTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorUnixConnectionTests : UnixConnectionTests
{
    protected override bool HearsAfterTheEnd => false;

    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}
