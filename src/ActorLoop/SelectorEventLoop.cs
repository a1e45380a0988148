using ActorLoop.Sockets;

namespace ActorLoop;

/// <summary>
/// A loop that asks a selector which descriptors are ready, and then reads and writes itself. Mirrors asyncio's class of
/// that name.
/// </summary>
/// <remarks>
/// Callbacks, timers, tasks and descriptor watching work wherever the selector does; connections and servers call Linux's socket
/// functions directly. On other systems use <see cref="ProactorEventLoop"/>.
/// </remarks>
public sealed partial class SelectorEventLoop : SocketEventLoop
{
    /// <summary>Creates a loop.</summary>
    /// <param name="selector">What it waits in; the loop owns it. Null takes the best for this system.</param>
    /// <param name="options">How the loop is made; null is all defaults.</param>
    public SelectorEventLoop(Selector? selector = null, EventLoopOptions? options = null)
        : base(selector ?? Selector.CreateDefault(), options)
    {
    }

    private protected override ISocketOperations CreateSocketOperations()
    {
        RequireLinux();
        return new SocketOperations(Core);
    }

    private protected override void RequirePlatform() => RequireLinux();

    private static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("SelectorEventLoop makes connections and servers on Linux only.");
        }
    }
}
