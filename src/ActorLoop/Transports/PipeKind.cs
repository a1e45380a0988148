namespace ActorLoop.Transports;

/// <summary>What a descriptor leads to, as far as pipes care.</summary>
internal enum PipeKind
{
    Other,
    Fifo,
    Socket,
    Character,

    /// <summary>A regular file or a block device: always "ready", and reading it blocks all the same.</summary>
    File,
}
