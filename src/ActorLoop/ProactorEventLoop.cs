using ActorLoop.Selectors;

namespace ActorLoop;

/// <summary>
/// A loop that has the system read and write for it, and hears when that is done. Mirrors asyncio's class of that name.
/// </summary>
public sealed partial class ProactorEventLoop : SocketEventLoop
{
    /// <summary>Creates a loop.</summary>
    /// <param name="options">How the loop is made; null is all defaults.</param>
    public ProactorEventLoop(EventLoopOptions? options = null)
        : base(new GateSelector(), options)
    {
    }

    private protected override void RequirePlatform()
    {
        // Wherever .NET has sockets.
    }
}
