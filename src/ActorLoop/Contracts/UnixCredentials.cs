namespace ActorLoop;

/// <summary>
/// Who is at the other end of a Unix socket, as the kernel saw it when the connection was made: for a server the process that
/// connected, for a client the one that began to listen.
/// </summary>
/// <param name="ProcessId">
/// Process, or 0 when it is not visible from here. It may have ended since, and its number be reused.
/// </param>
/// <param name="UserId">Effective user.</param>
/// <param name="GroupId">Effective group.</param>
/// <remarks>
/// Extra info <c>peercred</c> of the transport. Decide by the user or the group; the process number proves nothing.
/// </remarks>
public sealed record UnixCredentials(int ProcessId, uint UserId, uint GroupId);
