namespace ActorLoop.Tests.Transports;

public sealed class EpollTlsTests : ResettingTransportContract
{
    protected override TransportKind CreateKind() => new TcpKind(static () => new EpollSelector(), tls: true);
}

public sealed class PollTlsTests : ResettingTransportContract
{
    protected override TransportKind CreateKind() => new TcpKind(static () => new PollSelector(), tls: true);
}

public sealed class EpollUnixTlsTests : StreamTransportContract
{
    protected override TransportKind CreateKind() => new UnixKind(static () => new EpollSelector(), tls: true);
}
