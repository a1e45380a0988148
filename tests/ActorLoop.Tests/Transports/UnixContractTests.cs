namespace ActorLoop.Tests.Transports;

public sealed class EpollUnixTests : StreamTransportContract
{
    protected override TransportKind CreateKind() => new UnixKind(static () => new EpollSelector());
}

public sealed class PollUnixTests : StreamTransportContract
{
    protected override TransportKind CreateKind() => new UnixKind(static () => new PollSelector());
}

public sealed class SelectUnixTests : StreamTransportContract
{
    protected override TransportKind CreateKind() => new UnixKind(static () => new SelectSelector());
}
