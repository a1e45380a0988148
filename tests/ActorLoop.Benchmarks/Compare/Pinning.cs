namespace ActorLoop.Benchmarks.Compare;

/// <summary>Puts the server and the load generator on cores of their own, where the machine can do that.</summary>
internal sealed record Pinning(string? Taskset, int ServerCore, int ClientCore)
{
    public string Description => Taskset is null
        ? "not pinned (taskset or a second core is missing)"
        : $"server on core {ServerCore}, load generator on core {ClientCore}";

    public static Pinning Find(ComparisonOptions options)
    {
        int highest = Math.Max(options.ServerCore, options.ClientCore);
        string? taskset = highest < Environment.ProcessorCount ? Executables.Find("taskset") : null;
        return new Pinning(taskset, options.ServerCore, options.ClientCore);
    }

    public ChildProcess StartServer(Peer peer) =>
        Start(ServerCore, peer.FileName, peer.Arguments, peer.Environment);

    public ChildProcess StartClient(string fileName, IEnumerable<string> arguments) =>
        Start(ClientCore, fileName, arguments, new Dictionary<string, string>());

    // taskset replaces itself by the program, so the child's id is the id of the program.
    private ChildProcess Start(
        int core, string fileName, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment) =>
        Taskset is null
            ? ChildProcess.Start(fileName, arguments, environment)
            : ChildProcess.Start(Taskset, ["-c", $"{core}", fileName, .. arguments], environment);
}
