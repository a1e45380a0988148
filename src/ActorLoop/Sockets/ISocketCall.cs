namespace ActorLoop.Sockets;

/// <summary>A call on a socket of the user that waits for the system.</summary>
internal interface ISocketCall
{
    /// <summary>Whether its caller has given it up; the system may still be at it.</summary>
    bool IsCanceled { get; }

    /// <summary>Tells the caller that the loop is closed: the system's answer would find nobody.</summary>
    void LoopClosing();
}
