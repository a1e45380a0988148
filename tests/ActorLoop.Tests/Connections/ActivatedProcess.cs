using System.Diagnostics;
using System.Net.Sockets;

namespace ActorLoop.Tests.Connections;

/// <summary>The test host as a service that was started with sockets, the way a service manager does it.</summary>
internal sealed class ActivatedProcess : IAsyncDisposable
{
    // The numbers start at 3, and the process keeps its number through exec.
    private const string Script = """
        host=$1 fds=$2; shift 2; next=3
        for fd in $fds; do eval "exec $next<&$fd $fd<&-"; next=$((next+1)); done
        export LISTEN_PID=${LISTEN_PID-$$} LISTEN_FDS=${LISTEN_FDS-$((next-3))}
        exec "${DOTNET_HOST_PATH:-dotnet}" "$host" activation "$@"
        """;

    private readonly Process _process;

    private ActivatedProcess(Process process) => _process = process;

    /// <summary>What it printed until it was ready.</summary>
    public List<string> Lines { get; } = [];

    public static async Task<ActivatedProcess> StartAsync(
        IReadOnlyList<Socket> sockets, Dictionary<string, string> variables, params string[] claims)
    {
        foreach (Socket socket in sockets)
        {
            OddSocket.PassOn(socket);
        }

        string host = Path.Combine(AppContext.BaseDirectory, "ActorLoop.TestHost.dll");
        string descriptors = string.Join(' ', sockets.Select(socket => socket.Handle));
        var start = new ProcessStartInfo("bash", ["-c", Script, "bash", host, descriptors, .. claims])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        var started = new ActivatedProcess(Process.Start(start)!);
        try
        {
            await started.ReadAsync();
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready")
            {
                return;
            }

            Lines.Add(line);
        }

        throw new InvalidOperationException($"The process ended early; it printed: {string.Join(" | ", Lines)}");
    }
}
