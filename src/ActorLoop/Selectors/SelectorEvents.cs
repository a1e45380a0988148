namespace ActorLoop;

/// <summary>What a descriptor is watched for, and what was seen on it.</summary>
[Flags]
public enum SelectorEvents
{
    /// <summary>
    /// Nothing. A descriptor registered for nothing still reports <see cref="Error"/> and <see cref="HangUp"/> where
    /// the system does.
    /// </summary>
    None = 0,

    /// <summary>Reading would not block: data, end of stream, or a connection to accept.</summary>
    Read = 1,

    /// <summary>Writing would not block.</summary>
    Write = 2,

    /// <summary>Both directions are shut, or the other end of a pipe is gone. Reported only, never asked for.</summary>
    HangUp = 4,

    /// <summary>The descriptor has an error pending. Reported only, never asked for.</summary>
    Error = 8,
}
