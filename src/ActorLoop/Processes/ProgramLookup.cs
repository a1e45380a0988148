using System.Runtime.InteropServices;

namespace ActorLoop.Processes;

/// <summary>Where a program is, and why it could not be started.</summary>
internal static unsafe class ProgramLookup
{
    private const string DefaultPath = "/bin:/usr/bin";
    private const int NotPermitted = 1;
    private const int NoSuchFile = 2;
    private const int NoSuchProcess = 3;
    private const int BadFormat = 8;
    private const int AccessDenied = 13;
    private const int NoDirectory = 20;

    /// <summary>
    /// A program with a slash is what it says; any other is looked for in the absolute folders of PATH, and nowhere else: an
    /// empty or relative entry would run whatever lies in the current folder.
    /// </summary>
    /// <exception cref="FileNotFoundException">It is in none of them.</exception>
    /// <exception cref="UnauthorizedAccessException">It is there, but may not be executed.</exception>
    public static string Resolve(string program, IReadOnlyDictionary<string, string>? environment)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return program;
        }

        string path = (environment is null
            ? Environment.GetEnvironmentVariable("PATH")
            : environment.GetValueOrDefault("PATH")) ?? DefaultPath;
        string? denied = null;
        foreach (string folder in path.Split(':').Where(Path.IsPathRooted))
        {
            string candidate = Path.Combine(folder, program);
            if (IsExecutable(candidate) && !Directory.Exists(candidate))
            {
                return candidate;
            }

            denied ??= File.Exists(candidate) ? candidate : null;
        }

        throw denied is null
            ? new FileNotFoundException($"The program '{program}' is in no folder of PATH ({path}).", program)
            : new UnauthorizedAccessException($"The program '{denied}' may not be executed.");
    }

    /// <summary>What the error of a start means.</summary>
    public static Exception Explain(int error, string program, SubprocessOptions options)
    {
        string? folder = options.WorkingDirectory;
        string full = Path.Combine(folder ?? Environment.CurrentDirectory, program);
        return error switch
        {
            NoSuchFile or NoDirectory when folder is not null && !Directory.Exists(folder) =>
                new DirectoryNotFoundException($"The working directory '{folder}' does not exist."),
            NoSuchFile or NoDirectory when File.Exists(full) =>
                new FileNotFoundException($"The interpreter that '{program}' names, or its loader, does not exist.", program),
            NoSuchFile or NoDirectory => new FileNotFoundException($"The program '{program}' does not exist.", program),
            AccessDenied when folder is not null && IsExecutable(full) =>
                new UnauthorizedAccessException($"The working directory '{folder}' may not be entered."),
            AccessDenied => new UnauthorizedAccessException($"The program '{program}' may not be executed."),
            NotPermitted or NoSuchProcess when options.ProcessGroup is > 0 =>
                Failure($"Joining process group {options.ProcessGroup} with '{program}'", error),
            BadFormat => new IOException($"'{program}' is no program that this system can run; a script begins with #!.", error),
            _ => Failure($"Starting '{program}'", error),
        };
    }

    public static IOException Failure(string what, int error) =>
        new($"{what} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).", error);

    private static bool IsExecutable(string path)
    {
        using var native = new NativeStrings([path]);
        return Interop.IsExecutable(native.First);
    }
}
