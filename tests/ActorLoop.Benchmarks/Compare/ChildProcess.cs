using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorLoop.Benchmarks.Compare;

/// <summary>A process of the comparison; it ends with its owner, and at the latest with this program.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly ConcurrentDictionary<int, ChildProcess> Living = new();

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (ChildProcess child in Living.Values)
        {
            child.End();
        }
    };

    private ChildProcess(Process process) => Process = process;

    public Process Process { get; }

    public static ChildProcess Start(
        string fileName, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(fileName, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(Process.Start(start)!);
        Living[child.Process.Id] = child;
        return child;
    }

    public void Dispose()
    {
        End();
        Living.TryRemove(Process.Id, out _);
        Process.Dispose();
    }

    private void End()
    {
        try
        {
            // By the process itself, never by name: another run on this machine has the same names.
            Process.Kill();
            Process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (InvalidOperationException)
        {
            // It was over already.
        }
    }
}
