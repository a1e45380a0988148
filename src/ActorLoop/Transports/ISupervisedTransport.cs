namespace ActorLoop.Transports;

/// <summary>What supervision needs of a stream transport whose protocol failed. Loop thread only.</summary>
internal interface ISupervisedTransport : ITransport
{
    /// <summary>Who decides; null is asyncio's rule.</summary>
    ConnectionSupervision? Supervision { get; }

    /// <summary>Whether a new protocol could take over as if the connection had just begun.</summary>
    bool CanStartOver { get; }

    /// <summary>Whether the protocol was told to stop writing.</summary>
    bool IsProtocolPaused { get; }

    /// <summary>Ends the connection at once; its protocol hears why.</summary>
    void EndBecauseOf(Exception failure);

    /// <summary>Leaves a failure to whom the connection belongs to.</summary>
    void Escalate(Exception failure);
}
