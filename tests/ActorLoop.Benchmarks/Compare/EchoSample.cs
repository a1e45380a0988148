namespace ActorLoop.Benchmarks.Compare;

/// <summary>Finds the echo sample as it is shipped, built in the configuration of this program.</summary>
internal sealed class EchoSample(string? path)
{
    public PeerLookup Find(string name, IReadOnlyDictionary<string, string> environment)
    {
        string? assembly = path ?? Built();
        if (assembly is null || !File.Exists(assembly))
        {
            return PeerLookup.Absent($"samples/EchoServer is not built here ({assembly ?? "no repository around this program"})");
        }

        string[] arguments = [assembly, "--host", "127.0.0.1", "--port", "0", "--loops", "1"];
        return PeerLookup.Found(new Peer(name, $".NET {Environment.Version}", Executables.DotnetHost(), arguments)
        {
            Environment = environment,
            IsJitCompiled = true,
        });
    }

    private static string? Built()
    {
        // bin/<configuration>/<framework> is the same for both projects.
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string framework = output.Name;
        string configuration = output.Parent?.Name ?? "";
        for (DirectoryInfo? directory = output; directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "ActorLoop.sln")))
            {
                return Path.Combine(
                    directory.FullName, "samples", "EchoServer", "bin", configuration, framework, "EchoServer.dll");
            }
        }

        return null;
    }
}
