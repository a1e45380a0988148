using ActorLoop.Selectors;

namespace ActorLoop.Tests.Transports;

public sealed class EpollTcpTests : StreamTransportContract
{
    protected override TransportKind CreateKind() => new TcpKind(static () => new EpollSelector());
}

public sealed class PollTcpTests : StreamTransportContract
{
    protected override TransportKind CreateKind() => new TcpKind(static () => new PollSelector());
}

public sealed class SelectTcpTests : StreamTransportContract
{
    protected override TransportKind CreateKind() => new TcpKind(static () => new SelectSelector());
}

public sealed class SharedTcpTests : StreamTransportContract
{
    protected override TransportKind CreateKind() => new SharedKind(new SharedSelector(new EpollSelector()));

    private sealed class SharedKind(SharedSelector shared) : TcpKind(shared.CreatePort)
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                shared.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
