using ActorLoop.Selectors;
using ActorLoop.Sockets;

namespace ActorLoop;

/// <summary>
/// A loop that has the system read and write for it, and hears when that is done. Mirrors asyncio's class of that name. It needs nothing
/// but what .NET has on every system, and is the loop of Windows and macOS; on Linux <see cref="SelectorEventLoop"/> is faster.
/// </summary>
/// <remarks>
/// <para>
/// Everything that is not about descriptors is the same: messages, turns, timers, tasks, contexts, and what protocols are told and in
/// which order. The system's answers come on threads of .NET, which only post them into the mailbox; the loop's thread sleeps until
/// something is posted.
/// </para>
/// <para>What differs from the other loop:</para>
/// <list type="bullet">
/// <item>
/// Descriptors cannot be watched: <see cref="AddReader"/>, <see cref="AddWriter"/> and their opposites throw
/// <see cref="NotSupportedException"/>, as in asyncio. There is no readiness to tell of.
/// </item>
/// <item>
/// A receive is always under way, into 64 KiB of the connection's own. What arrives while reading is paused is kept for the resume,
/// once that much; and the memory is held as long as the connection lasts.
/// </item>
/// <item>A reset after the end of the peer's stream is noticed by the next write, not before.</item>
/// <item>
/// Files are read and sent, with the same promises; with <c>fallback: false</c> sending one throws
/// <see cref="SendFileNotAvailableException"/>, for it is not the system that sends.
/// </item>
/// <item>Datagrams are sent and received one by one, without the offloads of Linux.</item>
/// <item>
/// A Unix socket of the user accepts, by <see cref="EventLoop.SocketAcceptAsync"/>, with the limits of .NET: a client with a longer name
/// than the socket's own ends the process. Servers of the loop have no such limit on Linux.
/// </item>
/// <item>Calls on sockets of the user allocate when they have to wait.</item>
/// <item>Timers fire on whole milliseconds after their deadline when the loop sleeps, never before it.</item>
/// </list>
/// </remarks>
public sealed partial class ProactorEventLoop : SocketEventLoop
{
    /// <summary>Creates a loop.</summary>
    /// <param name="options">How the loop is made; null is all defaults.</param>
    public ProactorEventLoop(EventLoopOptions? options = null)
        : base(new GateSelector(), options)
    {
    }

    /// <summary>Not supported.</summary>
    /// <param name="descriptor">A descriptor.</param>
    /// <param name="callback">Never called.</param>
    /// <exception cref="NotSupportedException">Always: a loop over completions has no readiness to tell of.</exception>
    public override void AddReader(nint descriptor, Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Core.ThrowIfClosed();
        throw NoReadiness(nameof(AddReader));
    }

    /// <summary>Not supported.</summary>
    /// <param name="descriptor">A descriptor.</param>
    /// <param name="callback">Never called.</param>
    /// <exception cref="NotSupportedException">Always: a loop over completions has no readiness to tell of.</exception>
    public override void AddWriter(nint descriptor, Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Core.ThrowIfClosed();
        throw NoReadiness(nameof(AddWriter));
    }

    /// <summary>Not supported.</summary>
    /// <param name="descriptor">A descriptor.</param>
    /// <returns>False, of a closed loop.</returns>
    /// <exception cref="NotSupportedException">A loop over completions has no readiness to tell of.</exception>
    public override bool RemoveReader(nint descriptor) => IsClosed ? false : throw NoReadiness(nameof(RemoveReader));

    /// <summary>Not supported.</summary>
    /// <param name="descriptor">A descriptor.</param>
    /// <returns>False, of a closed loop.</returns>
    /// <exception cref="NotSupportedException">A loop over completions has no readiness to tell of.</exception>
    public override bool RemoveWriter(nint descriptor) => IsClosed ? false : throw NoReadiness(nameof(RemoveWriter));

    private protected override ISocketOperations CreateSocketOperations() => new CompletionOperations(Core);

    private protected override void RequirePlatform()
    {
        // Wherever .NET has sockets.
    }

    private static NotSupportedException NoReadiness(string member) => new(
        $"{nameof(ProactorEventLoop)} does not support {member}: the system tells it what is done, not what is ready. "
        + $"Use {nameof(SelectorEventLoop)} to watch descriptors.");
}
