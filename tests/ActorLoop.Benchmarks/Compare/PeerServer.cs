using System.Globalization;
using System.Text.RegularExpressions;

namespace ActorLoop.Benchmarks.Compare;

/// <summary>A peer that runs and listens. It idles between its turns of a round, which costs no processor time.</summary>
internal sealed partial class PeerServer : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DeathTimeout = TimeSpan.FromMilliseconds(200);
    private const int KeptComplaints = 5;
    private readonly ChildProcess _child;
    private readonly List<string> _complaints = [];

    private PeerServer(Peer peer, ChildProcess child, string host, int port)
    {
        Peer = peer;
        _child = child;
        Host = host;
        Port = port;

        // Both streams are read to the end: a server that prints more than a pipe holds would stop in the middle of a round.
        child.Process.ErrorDataReceived += (_, line) => Remember(line.Data);
        child.Process.BeginErrorReadLine();
        _ = child.Process.StandardOutput.ReadToEndAsync();
    }

    public Peer Peer { get; }

    public string Host { get; }

    public int Port { get; }

    public int ProcessId => _child.Process.Id;

    /// <summary>How the server ended, if it did; empty while it runs.</summary>
    public string Obituary
    {
        get
        {
            if (!_child.Process.WaitForExit(DeathTimeout))
            {
                return "";
            }

            lock (_complaints)
            {
                return $"; the server ended with exit code {_child.Process.ExitCode}: {string.Join(' ', _complaints)}";
            }
        }
    }

    public static async Task<PeerServer> StartAsync(Peer peer, Pinning pinning, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(StartTimeout);
        ChildProcess child = pinning.StartServer(peer);
        try
        {
            while (await child.Process.StandardOutput.ReadLineAsync(bound.Token) is { } line)
            {
                if (ListeningLine().Match(line) is { Success: true } match)
                {
                    return Listening(peer, child, match);
                }
            }

            string error = await child.Process.StandardError.ReadToEndAsync(bound.Token);
            throw new ComparisonException($"{peer.Name} ended instead of listening: {error.Trim()}");
        }
        catch (Exception exception)
        {
            child.Dispose();
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new ComparisonException($"{peer.Name} did not say what it listens on within {StartTimeout.TotalSeconds} s.");
            }

            throw;
        }
    }

    public void Dispose() => _child.Dispose();

    private static PeerServer Listening(Peer peer, ChildProcess child, Match match)
    {
        // A path has no port.
        Group port = match.Groups["port"];
        return new PeerServer(
            peer, child, match.Groups["host"].Value, port.Success ? int.Parse(port.Value, CultureInfo.InvariantCulture) : 0);
    }

    private void Remember(string? line)
    {
        lock (_complaints)
        {
            if (!string.IsNullOrWhiteSpace(line) && _complaints.Count < KeptComplaints)
            {
                _complaints.Add(line.Trim());
            }
        }
    }

    [GeneratedRegex(@"^listening on (?:(?<host>/.+)|(?<host>.+):(?<port>\d+))$")]
    private static partial Regex ListeningLine();
}
