using System.Globalization;
using System.Text.Json;

namespace ActorLoop.Benchmarks.Compare;

/// <summary>Drives one server with the C load generator and reads back what it measured.</summary>
internal sealed class LoadGenerator(string program, Pinning pinning, bool spin)
{
    // Connections, congestion windows and caches settle before the window opens.
    private const double Ramp = 0.2;
    private const double Slack = 20;

    public async Task<Measurement> RunAsync(
        PeerServer server, Workload workload, double seconds, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(seconds + Ramp + Slack));
        using ChildProcess child = pinning.StartClient(program, Arguments(server, workload, seconds));
        try
        {
            Task<string> output = child.Process.StandardOutput.ReadToEndAsync(bound.Token);
            string error = await child.Process.StandardError.ReadToEndAsync(bound.Token);
            await child.Process.WaitForExitAsync(bound.Token);
            return child.Process.ExitCode == 0
                ? Parse(await output)
                : throw new ComparisonException($"{server.Peer.Name}: {error.Trim()}{server.Obituary}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ComparisonException($"{server.Peer.Name}: the load generator did not end in time.");
        }
    }

    private List<string> Arguments(PeerServer server, Workload workload, double seconds)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        List<string> arguments =
        [
            "-h", server.Host,
            "-p", server.Port.ToString(invariant),
            "-c", workload.Connections.ToString(invariant),
            "-s", workload.Size.ToString(invariant),
            "-P", workload.Pipeline.ToString(invariant),
            "-d", seconds.ToString(invariant),
            "-r", Ramp.ToString(invariant),
            "-i", server.ProcessId.ToString(invariant),
        ];
        if (spin)
        {
            arguments.Add("-b");
        }

        return arguments;
    }

    private static Measurement Parse(string output)
    {
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement root = document.RootElement;
        double Number(string name) => root.GetProperty(name).GetDouble();
        double messages = Number("messages");
        double windowUs = Number("seconds") * 1e6;
        return new Measurement(
            Number("messagesPerSecond"),
            Number("p50Us"),
            Number("p99Us"),
            Number("p999Us"),
            Number("serverCpuUs") / messages,
            Number("clientCpuUs") / messages,
            Math.Max(Number("serverCpuUs"), Number("clientCpuUs")) / windowUs,
            (long)Number("lost"));
    }
}
