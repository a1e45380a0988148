namespace ActorLoop.Tests.Transports;

public sealed class ProactorTcpTests : ResettingTransportContract
{
    protected override TransportKind CreateKind() => new Proactor();

    private sealed class Proactor() : TcpKind(static () => throw new NotSupportedException())
    {
        public override bool NoticesResetsAfterTheEnd => false;

        public override EventLoop CreateLoop(EventLoopOptions options) => new ProactorEventLoop(options);
    }
}

public sealed class ProactorUnixTests : StreamTransportContract
{
    protected override TransportKind CreateKind() => new Proactor();

    private sealed class Proactor() : UnixKind(static () => throw new NotSupportedException())
    {
        public override EventLoop CreateLoop(EventLoopOptions options) => new ProactorEventLoop(options);
    }
}

public sealed class ProactorTlsOverTcpTests : StreamTransportContract
{
    protected override TransportKind CreateKind() => new Proactor();

    private sealed class Proactor() : TcpKind(static () => throw new NotSupportedException(), tls: true)
    {
        public override bool NoticesResetsAfterTheEnd => false;

        public override EventLoop CreateLoop(EventLoopOptions options) => new ProactorEventLoop(options);
    }
}
