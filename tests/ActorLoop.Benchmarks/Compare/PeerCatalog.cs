namespace ActorLoop.Benchmarks.Compare;

/// <summary>Every peer this project knows, and how to find it on the machine.</summary>
internal sealed class PeerCatalog
{
    /// <summary>The peer that every ratio refers to.</summary>
    public const string Reference = "c-epoll";

    // One processor, because a server gets one core: without it the runtime would start threads for cores it may not use.
    private static readonly Dictionary<string, string> DotnetEnvironment = new() { ["DOTNET_PROCESSOR_COUNT"] = "1" };

    // Completions run on the thread that polls instead of hopping to the thread pool.
    private static readonly Dictionary<string, string> InlineEnvironment =
        new(DotnetEnvironment) { ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1" };

    private readonly PythonPeers _python = new();
    private readonly EchoSample _sample;
    private readonly Dictionary<string, Func<CancellationToken, Task<PeerLookup>>> _finders;

    /// <param name="kind">Kind of the servers.</param>
    /// <param name="version">That of the C compiler.</param>
    /// <param name="reference">The compiled reference for this kind.</param>
    /// <param name="folder">Where Unix sockets may lie, and where the certificate does.</param>
    /// <param name="echoSample">The sample; null is the one built beside this program.</param>
    public PeerCatalog(WorkloadKind kind, string version, string reference, string folder, string? echoSample)
    {
        _sample = new EchoSample(echoSample);
        _finders = kind switch
        {
            WorkloadKind.Unix => UnixPeers(version, reference, folder),
            WorkloadKind.Udp => DatagramPeers(version, reference),
            WorkloadKind.Tls or WorkloadKind.Handshakes => TlsPeers(version, reference, TlsCertificate.PathIn(folder)),
            _ => TcpPeers(version, reference),
        };
    }

    /// <summary>The named peers, or all of the default ones; the reference is always among them.</summary>
    public async Task<(List<Peer> Peers, List<AbsentPeer> Absent)> FindAsync(
        IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        string[] unknown = [.. names.Where(name => !_finders.ContainsKey(name))];
        if (unknown.Length > 0)
        {
            throw new ComparisonException(
                $"Unknown peer {string.Join(", ", unknown)}; known are {string.Join(", ", _finders.Keys)}.");
        }

        IEnumerable<string> wanted = names.Count > 0
            ? names.Prepend(Reference).Distinct()
            : _finders.Keys.Where(name => !name.EndsWith("-streams", StringComparison.Ordinal)
                && !name.EndsWith("-sockets", StringComparison.Ordinal));
        var peers = new List<Peer>();
        var absent = new List<AbsentPeer>();
        foreach (string name in wanted)
        {
            PeerLookup lookup = await _finders[name](cancellationToken);
            if (lookup.Peer is not null)
            {
                peers.Add(lookup.Peer);
            }
            else
            {
                absent.Add(new AbsentPeer(name, lookup.WhyAbsent));
            }
        }

        return (peers, absent);
    }

    private Dictionary<string, Func<CancellationToken, Task<PeerLookup>>> TcpPeers(string version, string reference) => new()
    {
        [Reference] = _ => Native(version, reference, "127.0.0.1", "0"),
        ["asyncio"] = token => _python.FindAsync("asyncio", "asyncio", "protocol", token),
        ["uvloop"] = token => _python.FindAsync("uvloop", "uvloop", "protocol", token),
        ["asyncio-streams"] = token => _python.FindAsync("asyncio-streams", "asyncio", "streams", token),
        ["uvloop-streams"] = token => _python.FindAsync("uvloop-streams", "uvloop", "streams", token),
        ["asyncio-sockets"] = token => _python.FindAsync("asyncio-sockets", "asyncio", "sockets", token),
        ["uvloop-sockets"] = token => _python.FindAsync("uvloop-sockets", "uvloop", "sockets", token),
        ["node"] = FindNodeAsync,
        ["kestrel"] = _ => Served("kestrel", DotnetEnvironment, "kestrel"),
        ["kestrel-inline"] = _ => Served("kestrel-inline", InlineEnvironment, "kestrel", "--inline"),
        ["saea"] = _ => Served("saea", InlineEnvironment, "saea"),
        ["actorloop-lean"] = _ => Served("actorloop-lean", DotnetEnvironment, "actorloop"),
        ["actorloop-proactor"] = _ => Served("actorloop-proactor", DotnetEnvironment, "actorloop-proactor"),
        ["actorloop-sockets"] = _ => Served("actorloop-sockets", DotnetEnvironment, "actorloop-sockets"),
        ["actorloop-streams"] = _ => Served("actorloop-streams", DotnetEnvironment, "actorloop-streams"),
        ["actorloop"] = _ => Task.FromResult(_sample.Find("actorloop", DotnetEnvironment)),
    };

    private Dictionary<string, Func<CancellationToken, Task<PeerLookup>>> UnixPeers(
        string version, string reference, string folder) => new()
        {
            [Reference] = _ => Native(version, reference, $"{folder}/c"),
            ["asyncio"] = token => _python.FindAsync("asyncio", "asyncio", "unix", token, $"{folder}/asyncio"),
            ["uvloop"] = token => _python.FindAsync("uvloop", "uvloop", "unix", token, $"{folder}/uvloop"),
            ["actorloop"] = _ => Served("actorloop", DotnetEnvironment, "actorloop", "--path", $"{folder}/actorloop"),
        };

    private Dictionary<string, Func<CancellationToken, Task<PeerLookup>>> DatagramPeers(
        string version, string reference) => new()
        {
            [Reference] = _ => Native(version, reference, "127.0.0.1", "0"),
            ["asyncio"] = token => _python.FindAsync("asyncio", "asyncio", "datagrams", token),
            ["uvloop"] = token => _python.FindAsync("uvloop", "uvloop", "datagrams", token),
            ["actorloop"] = _ => Served("actorloop", DotnetEnvironment, "actorloop-udp"),
        };

    private Dictionary<string, Func<CancellationToken, Task<PeerLookup>>> TlsPeers(
        string version, string reference, string certificate) => new()
        {
            [Reference] = _ => Native($"{version} with OpenSSL", reference, "127.0.0.1", "0", certificate),
            ["asyncio"] = token => _python.FindAsync("asyncio", "asyncio", "protocol", token, certificate: certificate),
            ["uvloop"] = token => _python.FindAsync("uvloop", "uvloop", "protocol", token, certificate: certificate),
            ["kestrel"] = _ => Served("kestrel", DotnetEnvironment, "kestrel", "--tls", certificate),
            ["kestrel-inline"] = _ => Served("kestrel-inline", InlineEnvironment, "kestrel", "--inline", "--tls", certificate),
            ["actorloop"] = _ => Served("actorloop", DotnetEnvironment, "actorloop", "--tls", certificate),
        };

    private static Task<PeerLookup> Native(string version, string program, params IReadOnlyList<string> arguments) =>
        Task.FromResult(PeerLookup.Found(new Peer(Reference, version, program, arguments)));

    private static async Task<PeerLookup> FindNodeAsync(CancellationToken cancellationToken)
    {
        string? node = Executables.Find("node") ?? Executables.Find("nodejs");
        if (node is null)
        {
            return PeerLookup.Absent("no node on PATH");
        }

        (_, string version) = await Executables.AskAsync(node, ["--version"], cancellationToken);
        string script = Path.Combine(NativePrograms.SourceDirectory, "node-echo.js");
        return PeerLookup.Found(new Peer("node", $"Node {version}", node, script, "127.0.0.1", "0") { IsJitCompiled = true });
    }

    private static Task<PeerLookup> Served(
        string name, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> verb)
    {
        (string fileName, IReadOnlyList<string> arguments) = Executables.Self();
        return Task.FromResult(PeerLookup.Found(
            new Peer(name, $".NET {Environment.Version}", fileName, [.. arguments, "serve", .. verb])
            {
                Environment = environment,
                IsJitCompiled = true,
            }));
    }
}
