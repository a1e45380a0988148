namespace ActorLoop.Benchmarks.Compare;

/// <summary>Finds programs on the machine and asks them short questions.</summary>
internal static class Executables
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The full path of a program on PATH, or null.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end: whether it succeeded, and what it printed.</summary>
    public static async Task<(bool Succeeded, string Output)> AskAsync(
        string fileName, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(AnswerTimeout);
        using ChildProcess child = ChildProcess.Start(fileName, arguments, new Dictionary<string, string>());
        Task<string> output = child.Process.StandardOutput.ReadToEndAsync(bound.Token);
        Task<string> error = child.Process.StandardError.ReadToEndAsync(bound.Token);
        await child.Process.WaitForExitAsync(bound.Token);
        return child.Process.ExitCode == 0
            ? (true, (await output).Trim())
            : (false, (await error).Trim());
    }

    /// <summary>The command line of this very program, for peers that live in it.</summary>
    public static (string FileName, IReadOnlyList<string> Arguments) Self()
    {
        string path = Environment.ProcessPath ?? throw new ComparisonException("The path of this process is unknown.");
        string assembly = Path.Combine(AppContext.BaseDirectory, $"{typeof(Executables).Assembly.GetName().Name}.dll");
        return Path.GetFileNameWithoutExtension(path) == "dotnet" ? (path, [assembly]) : (path, []);
    }

    /// <summary>The machine's dotnet host, for programs that are started by their assembly.</summary>
    public static string DotnetHost() =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? Find("dotnet") ?? "dotnet";
}
