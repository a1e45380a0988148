using System.Diagnostics;
using System.Globalization;
using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.SendFile;

/// <summary>Sends one file from each peer in turn, round after round; a ratio is taken within a round.</summary>
internal sealed class SendFileComparison(long size, int rounds, bool discard)
{
    private static readonly Dictionary<string, string> DotnetEnvironment = new() { ["DOTNET_PROCESSOR_COUNT"] = "1" };

    public async Task<IReadOnlyList<SendFileResult>> RunAsync(Action<string> say, CancellationToken cancellationToken)
    {
        NativePrograms programs = await NativePrograms.FindAsync(cancellationToken);
        string reference = await programs.CompileAsync("sendfile-server.c", cancellationToken);
        string client = await programs.CompileAsync("file-drain.c", cancellationToken);
        Pinning pinning = Pinning.Find(new ComparisonOptions());
        say(pinning.Description);
        Machine.WarnIfNotOptimized(say);
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var servers = new List<PeerServer>();
        try
        {
            await WriteFileAsync(path, cancellationToken);
            (string self, IReadOnlyList<string> arguments) = Executables.Self();
            string[] serve = [.. arguments, "serve", "actorloop-files", "--file", path];
            Peer[] peers =
            [
                new Peer("c-sendfile", programs.Version, reference, path),
                new Peer("actorloop socket", "", self, serve) { Environment = DotnetEnvironment },
                new Peer("actorloop transport", "", self, [.. serve, "--transport"]) { Environment = DotnetEnvironment },
            ];
            foreach (Peer peer in peers)
            {
                servers.Add(await PeerServer.StartAsync(peer, pinning, cancellationToken));
            }

            return await MeasureAsync(servers, client, pinning, say, cancellationToken);
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
            File.Delete(path);
        }
    }

    private async Task<SendFileResult[]> MeasureAsync(
        List<PeerServer> servers, string client, Pinning pinning, Action<string> say, CancellationToken cancellationToken)
    {
        SendFileResult[] results = [.. servers.Select(server => new SendFileResult(server.Peer.Name))];
        // The first round fills the page cache and compiles; it does not count.
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < servers.Count; i++)
            {
                int turn = (i + Math.Max(round, 0)) % servers.Count;
                (double seconds, double cpu) = await SendAsync(servers[turn], client, pinning, cancellationToken);
                if (round >= 0)
                {
                    results[turn].Add(size / seconds, cpu / size);
                }
            }

            say(round < 0 ? "warm-up done" : $"round {round + 1}/{rounds}: {string.Join(", ", results.Select(result => result.Last))}");
        }

        return results;
    }

    private async Task<(double Seconds, double ServerCpu)> SendAsync(
        PeerServer server, string client, Pinning pinning, CancellationToken cancellationToken)
    {
        using Process process = Process.GetProcessById(server.ProcessId);
        TimeSpan before = process.TotalProcessorTime;
        string[] arguments =
        [
            server.Host, server.Port.ToString(CultureInfo.InvariantCulture), size.ToString(CultureInfo.InvariantCulture),
            discard ? "discard" : "copy",
        ];
        using ChildProcess child = pinning.StartClient(client, arguments);
        string output = await child.Process.StandardOutput.ReadToEndAsync(cancellationToken);
        string error = await child.Process.StandardError.ReadToEndAsync(cancellationToken);
        await child.Process.WaitForExitAsync(cancellationToken);
        if (child.Process.ExitCode != 0)
        {
            throw new ComparisonException($"{server.Peer.Name}: {error.Trim()}{server.Obituary}");
        }

        process.Refresh();
        return (double.Parse(output, CultureInfo.InvariantCulture), (process.TotalProcessorTime - before).TotalSeconds);
    }

    private async Task WriteFileAsync(string path, CancellationToken cancellationToken)
    {
        var block = new byte[1 << 20];
        new Random(1).NextBytes(block);
        await using FileStream file = File.Create(path);
        for (long written = 0; written < size; written += block.Length)
        {
            await file.WriteAsync(block, cancellationToken);
        }
    }
}
