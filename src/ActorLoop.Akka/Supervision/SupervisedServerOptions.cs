namespace ActorLoop.Akka;

/// <summary>How a server is made that Akka.NET supervises.</summary>
public sealed record SupervisedServerOptions
{
    /// <summary>Name of the server's actor, <c>server-NAME</c>. Default: null, a number.</summary>
    public string? Name { get; init; }

    /// <summary>How the server listens. Default: all defaults.</summary>
    public ServerOptions Server { get; init; } = new();

    /// <summary>
    /// Decides what becomes of a connection whose protocol failed. Default: null, one-for-one, Stop. Remote input can so never
    /// spend the restarts of the server.
    /// </summary>
    public AkkaStrategy? Strategy { get; init; }

    /// <summary>What Restart means for a connection. Default: <see cref="RestartMode.Abort"/>.</summary>
    public RestartMode RestartMode { get; init; }
}
