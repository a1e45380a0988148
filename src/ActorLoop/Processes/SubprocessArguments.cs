using System.Collections;

namespace ActorLoop.Processes;

/// <summary>Refuses what cannot be started, before anything is opened.</summary>
internal static class SubprocessArguments
{
    private static readonly Lazy<bool> s_hasPidfd = new(ProbePidfd);

    public static void RequireSupport()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            throw new PlatformNotSupportedException("Subprocesses need 64-bit Linux: posix_spawn and pidfd_open.");
        }

        if (!s_hasPidfd.Value)
        {
            throw new PlatformNotSupportedException(
                "Subprocesses need pidfd_open, which came with Linux 5.3; this kernel, or the sandbox around it, has none.");
        }
    }

    public static void Check(string program, IReadOnlyList<string> arguments, SubprocessOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        ArgumentNullException.ThrowIfNull(arguments);
        CheckText(program, nameof(program));
        foreach (string argument in arguments)
        {
            ArgumentNullException.ThrowIfNull(argument, nameof(arguments));
            CheckText(argument, nameof(arguments));
        }

        CheckOptions(options);
    }

    /// <summary>The environment of the child, as "name=value".</summary>
    public static List<string> Variables(SubprocessOptions options)
    {
        var variables = new List<string>();
        if (options.Environment is { } given)
        {
            variables.AddRange(given.Select(variable => $"{variable.Key}={variable.Value}"));
        }
        else
        {
            // Not those the C library knows: what this program has set is not among them.
            foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            {
                variables.Add($"{variable.Key}={variable.Value}");
            }
        }

        return variables;
    }

    private static void CheckOptions(SubprocessOptions options)
    {
        if (options.Stdin.Kind == StdioKind.Stdout || options.Stdout.Kind == StdioKind.Stdout)
        {
            throw new ArgumentException("Only Stderr can be the same as the output.", nameof(options));
        }

        if (options is { NewSession: true, ProcessGroup: not null })
        {
            throw new ArgumentException(
                $"NewSession makes a group of its own; ProcessGroup {options.ProcessGroup} contradicts it.", nameof(options));
        }

        if (options.WorkingDirectory is { } folder)
        {
            ArgumentException.ThrowIfNullOrEmpty(folder, nameof(options));
            CheckText(folder, nameof(options));
        }

        foreach ((string name, string value) in options.Environment ?? new Dictionary<string, string>())
        {
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal))
            {
                throw new ArgumentException($"'{name}' is no name of an environment variable.", nameof(options));
            }

            ArgumentNullException.ThrowIfNull(value, nameof(options));
            CheckText(name, nameof(options));
            CheckText(value, nameof(options));
        }

        CheckHandles(options);
    }

    private static void CheckHandles(SubprocessOptions options)
    {
        ArgumentNullException.ThrowIfNull(options.PassedDescriptors, nameof(options));
        foreach (System.Runtime.InteropServices.SafeHandle? handle in options.PassedDescriptors
            .Concat([options.Stdin.Handle, options.Stdout.Handle, options.Stderr.Handle]))
        {
            if (handle is { IsClosed: true } or { IsInvalid: true })
            {
                throw new ArgumentException("A handle that the child is to inherit is closed.", nameof(options));
            }
        }

        if (options.PassedDescriptors.Any(handle => handle is null))
        {
            throw new ArgumentException("PassedDescriptors has a null.", nameof(options));
        }
    }

    private static void CheckText(string text, string parameter)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{text.Replace("\0", "\\0", StringComparison.Ordinal)}' contains a NUL.", parameter);
        }
    }

    private static bool ProbePidfd()
    {
        int self = Interop.OpenPidfd(Environment.ProcessId);
        if (self < 0)
        {
            return false;
        }

        _ = Transports.Interop.Close(self);
        return true;
    }
}
