namespace ActorLoop;

/// <summary>Which kind of loop <see cref="EventLoop.Create"/>, threads and groups make.</summary>
public enum EventLoopKind
{
    /// <summary>
    /// What the environment variable <c>ACTORLOOP_LOOP</c> says, <c>selector</c> or <c>proactor</c>; where it is not set,
    /// <see cref="Selector"/> on Linux and <see cref="Proactor"/> elsewhere.
    /// </summary>
    Default,

    /// <summary><see cref="SelectorEventLoop"/>: readiness. The faster one; connections and servers on Linux only.</summary>
    Selector,

    /// <summary><see cref="ProactorEventLoop"/>: completions. Wherever .NET runs.</summary>
    Proactor,
}
