namespace ActorLoop.Streams;

/// <summary>A read that waits for more to come.</summary>
internal interface IReadOperation
{
    /// <summary>Whether it can serve another read.</summary>
    bool IsFree { get; }

    /// <summary>Where the next bytes may be put without passing the buffer; empty when they belong into it.</summary>
    Memory<byte> Target { get; }

    /// <summary>Whether it takes all there is until the end, so that holding back makes no sense.</summary>
    bool WantsEverything { get; }

    /// <summary>Bytes were put into <see cref="Target"/>. True: the read is over.</summary>
    bool Filled(int count);

    /// <summary>Something came into the buffer, or the end did. True: the read is over.</summary>
    bool TryAdvance();

    void Fail(Exception failure);
}
