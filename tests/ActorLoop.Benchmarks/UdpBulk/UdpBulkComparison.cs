using System.Globalization;
using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.UdpBulk;

/// <summary>
/// Runs each way in turn, round after round, with a fresh sender on one core and a fresh receiver on the other; what counts is
/// what arrives. The receiver uses the offload that belongs to the way of sending.
/// </summary>
internal sealed class UdpBulkComparison(int size, int rounds, double seconds)
{
    /// <summary>So many in one callback: more than a system call takes, so that every call is full.</summary>
    private const int Batch = 256;

    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(20);
    private static readonly Dictionary<string, string> s_environment = new() { ["DOTNET_PROCESSOR_COUNT"] = "1" };

    public async Task<IReadOnlyList<UdpBulkResult>> RunAsync(Action<string> say, CancellationToken cancellationToken)
    {
        NativePrograms programs = await NativePrograms.FindAsync(cancellationToken);
        string reference = await programs.CompileAsync("udp-source.c", cancellationToken);
        Pinning pinning = Pinning.Find(new ComparisonOptions());
        say(pinning.Description);
        Machine.WarnIfNotOptimized(say);
        UdpBulkResult[] results =
        [
            new("c sendto", port => new Peer("c sendto", programs.Version, reference, "127.0.0.1", port, Text(size)), false),
            new("actorloop, one a callback", port => Source(port, 1, gso: false), false),
            new("actorloop, sendmmsg", port => Source(port, Batch, gso: false), false),
            new("actorloop, GSO and GRO", port => Source(port, Batch, gso: true), true),
        ];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < results.Length; i++)
            {
                UdpBulkResult way = results[(i + round) % results.Length];
                way.PerSecond.Add(await ReceiveAsync(way, pinning, cancellationToken));
            }

            say($"round {round + 1}/{rounds}: {string.Join(", ", results.Select(result => result.Last))}");
        }

        return results;
    }

    private async Task<double> ReceiveAsync(UdpBulkResult way, Pinning pinning, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(seconds) + s_slack);
        (string self, IReadOnlyList<string> arguments) = Executables.Self();
        string[] sink = [.. arguments, "serve", "actorloop-udp-sink", "--seconds", Text(seconds), .. Offloads(way.HasOffload)];
        using ChildProcess receiver = pinning.StartClient(self, sink);
        string announced = await receiver.Process.StandardOutput.ReadLineAsync(bound.Token) ?? "";
        using ChildProcess sender = pinning.StartServer(way.Sender(announced[(announced.LastIndexOf(':') + 1)..]));
        string line = await receiver.Process.StandardOutput.ReadLineAsync(bound.Token) ?? "";
        string[] words = line.Split(' ');
        if (words.Length < 3 || words[0] != "received")
        {
            throw new ComparisonException($"{way.Name}: {await receiver.Process.StandardError.ReadToEndAsync(bound.Token)}");
        }

        return way.HasOffload && words[2] == "None"
            ? throw new ComparisonException("This kernel has no UDP GRO.")
            : double.Parse(words[1], CultureInfo.InvariantCulture);
    }

    private Peer Source(string port, int batch, bool gso)
    {
        (string self, IReadOnlyList<string> arguments) = Executables.Self();
        string[] source =
        [
            .. arguments, "serve", "actorloop-udp-source", "--port", port, "--size", Text(size), "--batch", Text(batch),
            .. Offloads(gso),
        ];
        return new Peer("actorloop", "", self, source) { Environment = s_environment };
    }

    private static string[] Offloads(bool wanted) => wanted ? ["--offloads"] : [];

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
