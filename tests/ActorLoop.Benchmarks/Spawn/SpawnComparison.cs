using System.Globalization;
using ActorLoop.Benchmarks.Compare;
using ActorLoop.Benchmarks.Reports;

namespace ActorLoop.Benchmarks.Spawn;

/// <summary>Each peer in a process of its own, in turn, round after round; a ratio is taken within a round.</summary>
internal sealed class SpawnComparison(SpawnLoad load, int rounds)
{
    public async Task<IReadOnlyList<SpawnResult>> RunAsync(Action<string> say, CancellationToken cancellationToken)
    {
        Machine.WarnIfNotOptimized(say);
        List<(string Name, string File, IReadOnlyList<string> Arguments)> peers = Find(say);
        SpawnResult[] results = [.. peers.Select(peer => new SpawnResult(peer.Name))];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < peers.Count; i++)
            {
                int turn = (i + round) % peers.Count;
                results[turn].PerSecond.Add(load.Count / await MeasureAsync(peers[turn].File, peers[turn].Arguments, cancellationToken));
            }

            IEnumerable<string> figures = results.Select(result => $"{result.Name} {Figures.Format(result.PerSecond[^1], "F0")}/s");
            say($"round {round + 1}/{rounds}: {string.Join(", ", figures)}");
        }

        return results;
    }

    private static async Task<double> MeasureAsync(
        string file, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        (bool succeeded, string output) = await Executables.AskAsync(file, arguments, cancellationToken);
        return succeeded
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new ComparisonException($"{file} {string.Join(' ', arguments)} failed: {output}");
    }

    private List<(string Name, string File, IReadOnlyList<string> Arguments)> Find(Action<string> say)
    {
        string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        List<(string, string, IReadOnlyList<string>)> peers = [];
        if (Executables.Find("node") is { } node)
        {
            string script = Path.Combine(NativePrograms.SourceDirectory, "node-spawn.js");
            peers.Add(("node", node, [script, Text(load.Count), Text(load.InFlight), Text(load.WarmUp), load.Program]));
        }
        else
        {
            say("absent: node (not on PATH)");
        }

        (string self, IReadOnlyList<string> first) = Executables.Self();
        foreach (string peer in new[] { SpawnPeers.Dotnet, SpawnPeers.ActorLoop, SpawnPeers.Streams })
        {
            peers.Add((peer, self,
            [
                .. first, "spawn", "--peer", peer, "--count", Text(load.Count), "--in-flight", Text(load.InFlight),
                "--warmup", Text(load.WarmUp), "--program", load.Program,
            ]));
        }

        return peers;
    }
}
