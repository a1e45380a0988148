using System.Diagnostics;

namespace ActorLoop.TestKit;

/// <summary>A program that a test talks to line by line. It never outlives the test.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    public ChildProcess(string file, params IEnumerable<string> arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(file, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        _process.Start();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Ends the program's input.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    public async Task SendLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Reads lines until one begins like this; returns it and, in order, those before it.</summary>
    public async Task<(string Line, IReadOnlyList<string> Before)> ReadUntilAsync(string start)
    {
        List<string> before = [];
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience.Bound) is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return (line, before);
            }

            before.Add(line);
        }

        throw new InvalidOperationException($"The program ended before it said '{start}': {string.Join('\n', before)}\n{await _errors}");
    }

    /// <summary>Waits for the end; returns the exit code and what it wrote to standard error.</summary>
    public async Task<(int ExitCode, string Errors)> WaitForEndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience.Bound);
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
