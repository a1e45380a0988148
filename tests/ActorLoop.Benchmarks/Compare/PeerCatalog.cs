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

    private readonly NativePrograms _programs;
    private readonly PythonPeers _python = new();
    private readonly EchoSample _sample;
    private readonly Dictionary<string, Func<CancellationToken, Task<PeerLookup>>> _finders;

    /// <summary>The peers that echo in clear, or those that do it under TLS with a certificate.</summary>
    public PeerCatalog(NativePrograms programs, string? echoSample, TlsPrograms? tls)
    {
        _programs = programs;
        _sample = new EchoSample(echoSample);
        _finders = tls is null ? InClear() : UnderTls(tls);
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

    private Dictionary<string, Func<CancellationToken, Task<PeerLookup>>> InClear() => new()
    {
        [Reference] = _ => Task.FromResult(PeerLookup.Found(
            new Peer(Reference, _programs.Version, _programs.EpollEcho, "127.0.0.1", "0"))),
        ["asyncio"] = token => _python.FindAsync("asyncio", "asyncio", "protocol", [], token),
        ["uvloop"] = token => _python.FindAsync("uvloop", "uvloop", "protocol", [], token),
        ["asyncio-streams"] = token => _python.FindAsync("asyncio-streams", "asyncio", "streams", [], token),
        ["uvloop-streams"] = token => _python.FindAsync("uvloop-streams", "uvloop", "streams", [], token),
        ["asyncio-sockets"] = token => _python.FindAsync("asyncio-sockets", "asyncio", "sockets", [], token),
        ["uvloop-sockets"] = token => _python.FindAsync("uvloop-sockets", "uvloop", "sockets", [], token),
        ["node"] = FindNodeAsync,
        ["kestrel"] = _ => Served("kestrel", DotnetEnvironment, "kestrel"),
        ["kestrel-inline"] = _ => Served("kestrel-inline", InlineEnvironment, "kestrel", "--inline"),
        ["saea"] = _ => Served("saea", InlineEnvironment, "saea"),
        ["actorloop-lean"] = _ => Served("actorloop-lean", DotnetEnvironment, "actorloop"),
        ["actorloop-sockets"] = _ => Served("actorloop-sockets", DotnetEnvironment, "actorloop-sockets"),
        ["actorloop-streams"] = _ => Served("actorloop-streams", DotnetEnvironment, "actorloop-streams"),
        ["actorloop"] = _ => Task.FromResult(_sample.Find("actorloop", DotnetEnvironment)),
    };

    private Dictionary<string, Func<CancellationToken, Task<PeerLookup>>> UnderTls(TlsPrograms tls) => new()
    {
        [Reference] = _ => Task.FromResult(PeerLookup.Found(
            new Peer(Reference, $"{_programs.Version} with OpenSSL", tls.Echo, "127.0.0.1", "0", tls.Certificate))),
        ["asyncio"] = token => _python.FindAsync("asyncio", "asyncio", "protocol", [tls.Certificate], token),
        ["uvloop"] = token => _python.FindAsync("uvloop", "uvloop", "protocol", [tls.Certificate], token),
        ["kestrel"] = _ => Served("kestrel", DotnetEnvironment, "kestrel", "--tls", tls.Certificate),
        ["kestrel-inline"] = _ => Served("kestrel-inline", InlineEnvironment, "kestrel", "--inline", "--tls", tls.Certificate),
        ["actorloop-lean"] = _ => Served("actorloop-lean", DotnetEnvironment, "actorloop", "--tls", tls.Certificate),
    };

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
