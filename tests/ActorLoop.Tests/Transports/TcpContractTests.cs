using ActorLoop.Selectors;

namespace ActorLoop.Tests.Transports;

public sealed class EpollTcpTests : ResettingTransportContract
{
    protected override TransportKind CreateKind() => new TcpKind(static () => new EpollSelector());
}

public sealed class PollTcpTests : ResettingTransportContract
{
    protected override TransportKind CreateKind() => new TcpKind(static () => new PollSelector());
}

public sealed class SelectTcpTests : ResettingTransportContract
{
    protected override TransportKind CreateKind() => new TcpKind(static () => new SelectSelector());
}

public sealed class SharedTcpTests : ResettingTransportContract
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
