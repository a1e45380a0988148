using System.Net;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>Whoever wants a connection; hears exactly once how the race for it ended, unless he cancels it.</summary>
internal interface IRaceOwner
{
    /// <summary>The owner of the race owns the socket from now on.</summary>
    void Connected(SocketHandle socket, IPEndPoint target);

    /// <summary>Every attempt failed. The reasons, in the order in which the attempts were started.</summary>
    void AllFailed(IReadOnlyList<Exception> failures);

    /// <summary>The loop closes; the race has closed what it had open.</summary>
    void RaceClosed();
}
