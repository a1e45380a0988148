namespace ActorLoop.Akka;

/// <summary>What the directive Restart means for a connection that was accepted.</summary>
public enum RestartMode
{
    /// <summary>
    /// The same as Stop: the connection is aborted, and <c>ConnectionLost</c> gets the error. A client does not expect a server
    /// that forgets what was said.
    /// </summary>
    Abort,

    /// <summary>
    /// The connection stays. A new protocol from the factory takes over: <c>ConnectionMade</c>, and then what arrives. The old
    /// protocol hears nothing more.
    /// </summary>
    KeepTransport,
}
