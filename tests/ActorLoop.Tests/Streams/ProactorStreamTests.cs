namespace ActorLoop.Tests.Streams;

public sealed class ProactorAdapterTests : AdapterTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorCancellationTests : CancellationTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorClosingTests : ClosingTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorDrainTests : DrainTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorHandlerTests : HandlerTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorOpenTests : OpenTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorPipeTests : PipeTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorReadingTests : ReadingTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}

public sealed class ProactorSeparatorTests : SeparatorTests
{
    protected override EventLoop CreateLoop(EventLoopOptions options) =>
        base.CreateLoop(options with { Kind = EventLoopKind.Proactor });
}
