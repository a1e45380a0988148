namespace ActorLoop;

/// <summary>What all transports share. Mirrors asyncio's <c>BaseTransport</c>.</summary>
/// <remarks>Thread: the loop's.</remarks>
public interface IBaseTransport
{
    /// <summary>The loop the transport belongs to. Thread: any.</summary>
    EventLoop Loop { get; }

    /// <summary>Whether the transport is closed or being closed. Mirrors <c>is_closing</c>.</summary>
    bool IsClosing { get; }

    /// <summary>
    /// Who is told of what happens; setting it switches from the next event on. Mirrors <c>set_protocol</c> and
    /// <c>get_protocol</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The protocol is of a kind this transport cannot serve.</exception>
    BaseProtocol Protocol { get; set; }

    /// <summary>
    /// Stops reading, sends what is buffered, then ends the connection with <c>ConnectionLost(null)</c>. Never calls the protocol
    /// within this call; calling it again does nothing.
    /// </summary>
    void Close();

    /// <summary>
    /// The connection as a node of the supervised tree, such as <c>edge/loop-0/echo/conn-17</c>: to be named, watched and ended.
    /// It receives no messages. Made when it is asked for. Thread: any.
    /// </summary>
    /// <remarks>
    /// It has ended when <c>ConnectionLost</c> has returned, so that watchers hear of it after the protocol did. Stopping it is
    /// <see cref="Close"/>, killing it an abort, both from any thread.
    /// </remarks>
    /// <exception cref="NotSupportedException">A transport of another kind that has no place in the tree.</exception>
    ActorRef Actor => throw new NotSupportedException($"{GetType().Name} has no place in the supervised tree.");

    /// <summary>Details of the connection by asyncio's names.</summary>
    /// <param name="name">
    /// <c>socket</c>, <c>sockname</c> or <c>peername</c>; others depend on the transport: Unix sockets have <c>peercred</c>, a
    /// <see cref="UnixCredentials"/>.
    /// </param>
    /// <returns>The value, or null when it is unknown. Answered after the close, too.</returns>
    object? GetExtraInfo(string name);
}
