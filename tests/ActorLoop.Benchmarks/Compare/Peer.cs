namespace ActorLoop.Benchmarks.Compare;

/// <summary>An echo server that can be started: a command line that prints <c>listening on HOST:PORT</c>.</summary>
internal sealed record Peer(string Name, string Version, string FileName, params IReadOnlyList<string> Arguments)
{
    /// <summary>Environment variables on top of the inherited ones.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The peer compiles itself while it runs, so that its first seconds do not count.</summary>
    public bool IsJitCompiled { get; init; }
}

/// <summary>A peer that this machine cannot run, and why.</summary>
internal sealed record AbsentPeer(string Name, string Reason);
