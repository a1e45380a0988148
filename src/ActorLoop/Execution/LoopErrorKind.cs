namespace ActorLoop;

/// <summary>What went wrong, in a form that programs can match; the message is for people and may change.</summary>
public enum LoopErrorKind
{
    /// <summary>Something the caller of <see cref="EventLoop.CallExceptionHandler"/> did not classify.</summary>
    Other,

    /// <summary>A callback, a timer or a posted message threw.</summary>
    Callback,

    /// <summary>A callback of a protocol threw, and its connection was closed; an endpoint for datagrams goes on.</summary>
    Protocol,

    /// <summary><c>PauseWriting</c> or <c>ResumeWriting</c> threw; the connection goes on.</summary>
    FlowControl,

    /// <summary>Reading or writing a transport failed in a way that is not the peer's doing.</summary>
    Transport,

    /// <summary>The process has no descriptors or memory left to accept a connection; accepting pauses.</summary>
    AcceptExhausted,

    /// <summary>Accepting a connection, or setting it up, failed.</summary>
    Accept,

    /// <summary>A future or task failed and nobody looked at its exception.</summary>
    NeverRetrieved,

    /// <summary>The loop was closed while a task had not finished.</summary>
    PendingTask,

    /// <summary>Disposing a tracked enumerator failed.</summary>
    AsyncEnumerable,

    /// <summary>The exception handler itself threw.</summary>
    ExceptionHandler,

    /// <summary>Something that must be closed was dropped without it.</summary>
    ResourceLeak,

    /// <summary>The handler of a stream server threw; its connection is closed.</summary>
    StreamHandler,

    /// <summary>
    /// A TLS connection broke: a record was wrong, or a callback of the handshake threw. Peers can cause it, so it is reported at
    /// most once a second.
    /// </summary>
    Tls,

    /// <summary>
    /// An actor failed, or a hook, a decider or an observer of supervision threw. Reported once for each failure, by the loop of
    /// the supervisor that decides.
    /// </summary>
    Actor,
}
