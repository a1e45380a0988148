using System.Runtime.InteropServices;
using ActorLoop.Transports;
using Descriptors = ActorLoop.Transports.Interop;

namespace ActorLoop.Processes;

/// <summary>The descriptors of a child that is being started: what becomes its 0, 1, 2, 3 …, and our ends of its pipes.</summary>
internal sealed unsafe class ChildDescriptors : IDisposable
{
    private const int Nothing = -1;

    private readonly List<int> _toClose = [];
    private readonly List<SafeHandle> _held = [];
    private readonly int[] _sources;

    /// <exception cref="IOException">No descriptors are left; nothing stays open.</exception>
    public ChildDescriptors(SubprocessOptions options)
    {
        Options = options;
        _sources = new int[3 + options.PassedDescriptors.Count];
        try
        {
            for (int target = 0; target < _sources.Length; target++)
            {
                _sources[target] = Source(target);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Our ends of the pipes; negative where there is none, or where somebody has taken it.</summary>
    public int[] Ours { get; } = [Nothing, Nothing, Nothing];

    private SubprocessOptions Options { get; }

    /// <summary>Says what the child does before it becomes another program.</summary>
    public void Describe(void* actions, byte* nullDevice)
    {
        for (int target = 0; target < _sources.Length; target++)
        {
            switch (target < 3 ? Stdio(target).Kind : StdioKind.Handle)
            {
                case StdioKind.Inherit:
                    break;
                case StdioKind.Null:
                    Check(Interop.AddOpen(actions, target, nullDevice, Interop.ReadWrite, 0));
                    break;
                case StdioKind.Stdout:
                    Check(Interop.AddDuplicate(actions, 1, target));
                    break;
                default:
                    Check(Interop.AddDuplicate(actions, _sources[target], target));
                    break;
            }
        }

        try
        {
            Check(Interop.AddCloseFrom(actions, _sources.Length));
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without it: then only what was opened without CLOEXEC, which .NET never does, is inherited.
        }
    }

    /// <summary>Our end of a pipe has another owner now.</summary>
    public void Taken(int target) => Ours[target] = Nothing;

    /// <summary>Closes the child's ends, and what nobody took of ours.</summary>
    public void Dispose()
    {
        foreach (int descriptor in _toClose.Concat(Ours.Where(end => end >= 0)))
        {
            _ = Descriptors.Close(descriptor);
        }

        _toClose.Clear();
        _held.ForEach(handle => handle.DangerousRelease());
        _held.Clear();
        Ours.AsSpan().Fill(Nothing);
    }

    private static int Check(int result) =>
        result == 0 ? 0 : throw ProgramLookup.Failure("Preparing the descriptors of a child", result);

    private SubprocessStdio Stdio(int target) => target switch
    {
        0 => Options.Stdin,
        1 => Options.Stdout,
        _ => Options.Stderr,
    };

    private int Source(int target)
    {
        if (target >= 3)
        {
            return Lift(Hold(Options.PassedDescriptors[target - 3]));
        }

        SubprocessStdio stdio = Stdio(target);
        return stdio.Kind switch
        {
            StdioKind.Pipe => MakePipe(target),
            StdioKind.Handle => Lift(Hold(stdio.Handle!)),
            _ => Nothing,
        };
    }

    private int MakePipe(int target)
    {
        int* ends = stackalloc int[2];
        if (Interop.CreatePipe(ends) < 0)
        {
            throw ProgramLookup.Failure("Making a pipe for a child", SocketErrors.Last());
        }

        (int ours, int theirs) = target == 0 ? (ends[1], ends[0]) : (ends[0], ends[1]);
        Ours[target] = ours;
        _toClose.Add(theirs);
        Descriptors.MakeNonBlocking(ours);
        return Lift(theirs);
    }

    private int Hold(SafeHandle handle)
    {
        bool held = false;
        handle.DangerousAddRef(ref held);
        _held.Add(handle);
        return (int)handle.DangerousGetHandle();
    }

    /// <summary>
    /// Copies a descriptor whose number is one of the child's to be: the child would overwrite it before it has been put where it
    /// belongs.
    /// </summary>
    private int Lift(int descriptor)
    {
        if (descriptor >= _sources.Length)
        {
            return descriptor;
        }

        int copy = Descriptors.Duplicate(descriptor, _sources.Length);
        if (copy < 0)
        {
            throw ProgramLookup.Failure($"Copying descriptor {descriptor} for a child", SocketErrors.Last());
        }

        _toClose.Add(copy);
        return copy;
    }
}
