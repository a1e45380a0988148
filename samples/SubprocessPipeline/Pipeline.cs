using ActorLoop;
using Microsoft.Win32.SafeHandles;

namespace SubprocessPipeline;

/// <summary>
/// Programs whose outputs are the inputs of the next. Everything passes through the loop, so that it can be counted; a program
/// that is slow holds back those before it.
/// </summary>
internal sealed class Pipeline(EventLoop loop, IReadOnlyList<string> commands) : IAsyncDisposable
{
    private const int Interrupted = 130;

    private readonly List<Stage> _stages = [];

    public IReadOnlyList<Stage> Stages => _stages;

    /// <summary>Runs to the end; returns the exit code of the last program that failed, as a shell's pipefail does.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            await StartAsync(stop);
            var standardOutput = new SafeFileHandle(1, ownsHandle: false);
            await using LoopStream output = await loop.OpenWritePipeAsync(standardOutput, cancellationToken: stop);
            await Task.WhenAll(_stages.Select((stage, i) =>
                PassOnAsync(stage, i + 1 < _stages.Count ? _stages[i + 1].Process.Stdin! : output, stop)));
            await Task.WhenAll(_stages.Select(stage => stage.Process.WaitAsync(stop)));
            return _stages.Select(stage => stage.ExitCode).LastOrDefault(code => code != 0);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Interrupted;
        }
    }

    /// <summary>Kills what still runs: each program leads a group, to which what it has started belongs as well.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Stage stage in _stages)
        {
            await stage.Process.DisposeAsync();
        }
    }

    private static async Task PassOnAsync(Stage stage, LoopStream to, CancellationToken stop)
    {
        LoopStream from = stage.Process.Stdout!;
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, stop) is > 0 and int count)
            {
                stage.Written += count;
                await to.WriteAsync(buffer.AsMemory(0, count), stop);
            }

            to.Close();
        }
        catch (ConnectionLostException)
        {
            // The next program reads no more. This one is told the same way: by the loss of its output.
            from.Close();
        }
    }

    private async Task StartAsync(CancellationToken stop)
    {
        foreach (string command in commands)
        {
            // A group of its own could not read the terminal.
            SubprocessStdio first = Console.IsInputRedirected ? SubprocessStdio.Inherit : SubprocessStdio.Null;
            var options = new SubprocessOptions
            {
                Stdin = _stages.Count == 0 ? first : SubprocessStdio.Pipe,
                Stderr = SubprocessStdio.Inherit,
                ProcessGroup = 0,
            };
            _stages.Add(new Stage(command, await loop.StartShellAsync(command, options, stop)));
        }
    }
}
