using System.Globalization;
using System.Net;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Connections;

/// <summary>The echo server of ActorLoop.TestHost in a process of its own, run by a program such as prlimit or strace.</summary>
internal sealed class HostedServer : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private HostedServer(ChildProcess process, IPEndPoint endPoint)
    {
        _process = process;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Every report the server has printed so far, by its kind.</summary>
    public List<string> Reports { get; } = [];

    public static async Task<HostedServer> StartAsync(string program, params IEnumerable<string> arguments)
    {
        string host = Path.Combine(AppContext.BaseDirectory, "ActorLoop.TestHost.dll");
        var process = new ChildProcess(program, [.. arguments, "dotnet", host]);
        (string line, _) = await process.ReadUntilAsync("listening on ");
        return new HostedServer(process, IPEndPoint.Parse(line["listening on ".Length..]));
    }

    /// <summary>The counters of the server.</summary>
    public async Task<Dictionary<string, long>> StatsAsync()
    {
        string line = await CommandAsync("stats", "stats ");
        return line["stats ".Length..].Split(' ').Select(word => word.Split('='))
            .ToDictionary(pair => pair[0], pair => long.Parse(pair[1], CultureInfo.InvariantCulture));
    }

    public async Task<string> CommandAsync(string command, string answer)
    {
        await _process.SendLineAsync(command);
        (string line, IReadOnlyList<string> before) = await _process.ReadUntilAsync(answer);
        Reports.AddRange(before.Where(b => b.StartsWith("report ", StringComparison.Ordinal)).Select(b => b["report ".Length..]));
        return line;
    }

    /// <summary>Ends the server in order.</summary>
    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        _process.CloseInput();
        return await _process.WaitForEndAsync();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
