namespace ActorLoop;

/// <summary>What <see cref="Directive.Restart"/> means for a connection whose protocol failed.</summary>
public enum RestartMode
{
    /// <summary>The connection is aborted: there is nothing to start again without it, and the peer may come back.</summary>
    Disconnect,

    /// <summary>
    /// The connection stays: the failed protocol gets <c>ConnectionLost</c>, and a new one from the factory gets
    /// <c>ConnectionMade</c> with the same transport. What was received and not yet handled is lost to it. Not possible once one
    /// direction has ended, while a file is sent, or after a close: the connection is aborted then.
    /// </summary>
    KeepTransport,
}
