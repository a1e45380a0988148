using ActorLoop.Transports;

namespace ActorLoop.Processes;

/// <summary>Starts a program by posix_spawn, and opens the descriptor that tells of its end.</summary>
internal static unsafe class ChildSpawner
{
    private const int NoSuchProcess = 3;
    private const short CleanSignals = Interop.SetDefaultSignals | Interop.SetSignalMask;

    /// <summary>
    /// The process id of the child, and its pidfd, which is negative when the child has been collected already by a process that
    /// ignores SIGCHLD.
    /// </summary>
    public static (int Process, int Pidfd) Spawn(
        string program, IReadOnlyList<string> arguments, SubprocessOptions options, ChildDescriptors descriptors)
    {
        string path = ProgramLookup.Resolve(program, options.Environment);
        using var paths = new NativeStrings([path, "/dev/null", options.WorkingDirectory ?? ""]);
        using var words = new NativeStrings([program, .. arguments]);
        using var variables = new NativeStrings(SubprocessArguments.Variables(options));
        byte* actions = stackalloc byte[Interop.StructureSize];
        byte* attributes = stackalloc byte[Interop.StructureSize];
        Check(Interop.InitActions(actions));
        Check(Interop.InitAttributes(attributes));
        try
        {
            if (options.WorkingDirectory is not null)
            {
                Check(Interop.AddChangeDirectory(actions, paths.Pointers[2]));
            }

            descriptors.Describe(actions, paths.Pointers[1]);
            SetAttributes(attributes, options);
            int process;
            int error = Interop.Spawn(&process, paths.First, actions, attributes, words.Pointers, variables.Pointers);
            return error == 0 ? (process, Watch(process)) : throw ProgramLookup.Explain(error, path, options);
        }
        finally
        {
            _ = Interop.DestroyActions(actions);
            _ = Interop.DestroyAttributes(attributes);
        }
    }

    private static void SetAttributes(byte* attributes, SubprocessOptions options)
    {
        byte* signals = stackalloc byte[Interop.StructureSize];
        short flags = CleanSignals;
        flags |= options.NewSession ? Interop.SetSession : (short)0;
        if (options.ProcessGroup is { } group)
        {
            flags |= Interop.SetGroup;
            Check(Interop.SetProcessGroup(attributes, group));
        }

        Check(Interop.SetFlags(attributes, flags));

        // What this process ignores, SIGPIPE above all, and what this thread blocks would be inherited.
        var set = new Span<byte>(signals, Interop.StructureSize);
        set.Clear();
        Check(Interop.SetMask(attributes, signals));

        // Not sigfillset: it leaves out the two signals of the C library, which would be ignored then.
        set.Fill(byte.MaxValue);
        Check(Interop.SetDefaults(attributes, signals));
    }

    /// <summary>Safe although it goes by number: nobody else gets the number before the child was collected.</summary>
    private static int Watch(int process)
    {
        int pidfd = Interop.OpenPidfd(process);
        if (pidfd >= 0)
        {
            return pidfd;
        }

        int error = SocketErrors.Last();
        if (error == NoSuchProcess)
        {
            return pidfd;
        }

        _ = Interop.SendSignal(process, Interop.Kill);
        Interop.Collect(process);
        throw ProgramLookup.Failure($"Watching process {process}, which was killed therefore,", error);
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw ProgramLookup.Failure("Preparing the start of a child", result);
        }
    }
}
