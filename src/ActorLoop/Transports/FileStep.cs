namespace ActorLoop.Transports;

/// <summary>How one step of sending a file went.</summary>
internal enum FileStep
{
    /// <summary>Everything was sent, or the file has ended.</summary>
    Done,

    /// <summary>Go on when the socket is writable.</summary>
    Wait,

    /// <summary>The system cannot send this kind of file to this kind of socket; nothing was sent.</summary>
    Unavailable,
}
