namespace ActorLoop.Transports;

internal enum TlsState
{
    /// <summary>Nothing was received or sent yet.</summary>
    Fresh,

    /// <summary>Too many others shake hands: reading stands still.</summary>
    Waiting,

    Handshaking,

    Open,

    /// <summary>The handshake failed; the end of the connection below is on its way.</summary>
    Failed,

    Ended,
}
