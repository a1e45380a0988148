using System.Globalization;
using Spectre.Console;

namespace ActorLoop.Benchmarks.Compare;

/// <summary>
/// Starts every peer once, then lets them take turns: each round measures each peer, so that all see the same machine.
/// </summary>
internal sealed class Comparison(ComparisonOptions options, IAnsiConsole console)
{
    private const double SuspiciousShare = 0.85;
    private readonly HashSet<string> _warm = [];

    public async Task<ComparisonResult> RunAsync(CancellationToken cancellationToken)
    {
        NativePrograms programs = await NativePrograms.FindAsync(cancellationToken);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("actorloop-compare-");
        try
        {
            return await RunAsync(programs, folder.FullName, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<ComparisonResult> RunAsync(NativePrograms programs, string folder, CancellationToken cancellationToken)
    {
        string reference = await CompileAsync(programs, ReferenceSource, cancellationToken);
        if (IsTls)
        {
            await TlsCertificate.WriteAsync(folder, cancellationToken);
        }

        var catalog = new PeerCatalog(options.Kind, programs.Version, reference, folder, options.EchoSample);
        (List<Peer> peers, List<AbsentPeer> absent) = await catalog.FindAsync(options.Peers, cancellationToken);
        foreach (AbsentPeer missing in absent)
        {
            Say($"absent: {missing.Name}: {missing.Reason}");
        }

        Pinning pinning = Pinning.Find(options);
        Say(pinning.Description);
        Machine.WarnIfNotOptimized(Say);
        var load = new LoadGenerator(
            await CompileAsync(programs, LoadSource, cancellationToken), pinning, options.SpinningClient);
        var servers = new List<PeerServer>();
        try
        {
            foreach (Peer peer in peers)
            {
                servers.Add(await PeerServer.StartAsync(peer, pinning, cancellationToken));
            }

            var workloads = new List<WorkloadResult>();
            foreach (Workload workload in options.Workloads)
            {
                workloads.Add(await MeasureAsync(workload, servers, load, cancellationToken));
            }

            return new ComparisonResult(
                DateTimeOffset.UtcNow, Machine.CommandLine(), Machine.Describe(), pinning.Description, options, peers, absent, workloads);
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
        }
    }

    private bool IsTls => options.Kind is WorkloadKind.Tls or WorkloadKind.Handshakes;

    private string ReferenceSource => options.Kind switch
    {
        WorkloadKind.Udp => "udp-echo.c",
        WorkloadKind.Tls or WorkloadKind.Handshakes => "tls-echo.c",
        _ => "epoll-echo.c",
    };

    private string LoadSource => options.Kind switch
    {
        WorkloadKind.Udp => "udp-load.c",
        WorkloadKind.Churn => "churn-load.c",
        WorkloadKind.Handshakes => "tls-handshakes.c",
        _ => "echo-load.c",
    };

    private Task<string> CompileAsync(NativePrograms programs, string source, CancellationToken cancellationToken) =>
        IsTls ? programs.CompileWithTlsAsync(source, cancellationToken) : programs.CompileAsync(source, cancellationToken);

    private async Task<WorkloadResult> MeasureAsync(
        Workload workload, List<PeerServer> servers, LoadGenerator load, CancellationToken cancellationToken)
    {
        Say($"{workload.Label}: warm-up");
        var running = new List<PeerServer>(servers);
        var failures = new List<AbsentPeer>();
        foreach (PeerServer server in servers)
        {
            bool first = server.Peer.IsJitCompiled && _warm.Add(server.Peer.Name);
            double seconds = first ? Math.Max(options.JitWarmUp, options.WarmUp) : options.WarmUp;
            await TryRunAsync(server, seconds);
        }

        Dictionary<string, List<Measurement>> measured = servers.ToDictionary(server => server.Peer.Name, _ => new List<Measurement>());
        for (int round = 0; round < options.Rounds && running.Count > 0; round++)
        {
            // Another peer begins each round, so that none always follows the same neighbour.
            PeerServer[] order = [.. running.Skip(round % running.Count), .. running.Take(round % running.Count)];
            foreach (PeerServer server in order)
            {
                if (await TryRunAsync(server, options.Seconds) is { } measurement)
                {
                    measured[server.Peer.Name].Add(measurement);
                }
            }

            IEnumerable<string> rates = running.Select(server => Brief(server.Peer.Name, measured[server.Peer.Name][^1]));
            Say($"{workload.Label}: round {round + 1}/{options.Rounds}: {string.Join(", ", rates)}");
        }

        PeerSummary[] rows = [.. running.Select(server => PeerSummary.Of(server.Peer.Name, Complete(measured, running)))];
        return new WorkloadResult(workload, rows, failures);

        // A peer that fails once is out of this workload: a median over fewer rounds would not compare.
        async Task<Measurement?> TryRunAsync(PeerServer server, double seconds)
        {
            try
            {
                return await load.RunAsync(server, workload, seconds, cancellationToken);
            }
            catch (ComparisonException exception)
            {
                Say($"failed: {exception.Message}");
                failures.Add(new AbsentPeer(server.Peer.Name, exception.Message));
                running.Remove(server);
                return null;
            }
        }
    }

    private static Dictionary<string, List<Measurement>> Complete(
        Dictionary<string, List<Measurement>> measured, List<PeerServer> running) =>
        running.ToDictionary(server => server.Peer.Name, server => measured[server.Peer.Name]);

    private static string Brief(string name, Measurement measurement)
    {
        string doubt = measurement.BusiestCoreShare < SuspiciousShare ? " (busy machine?)" : "";
        string lost = measurement.Lost > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({measurement.Lost} lost)") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{name} {measurement.MessagesPerSecond / 1000:F1}k{lost}{doubt}");
    }

    private void Say(string line) => console.Profile.Out.Writer.WriteLine(line);
}
