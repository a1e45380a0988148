using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorLoop.Transports;

/// <summary>
/// The descriptor of a pipe and who must be disposed with it. It stays open while somebody works on it in another thread.
/// </summary>
internal sealed class PipeDescriptor
{
    private const int LastStandard = 2;

    private readonly SafeHandle? _handle;
    private readonly IDisposable? _owner;
    private bool _restore;
    private bool _isCopy;
    private int _users = 1;

    private PipeDescriptor(int descriptor, PipeKind kind, SafeHandle? handle, IDisposable? owner)
    {
        Descriptor = descriptor;
        Kind = kind;
        _handle = handle;
        _owner = owner;
    }

    public int Descriptor { get; private set; }

    public PipeKind Kind { get; }

    /// <summary>What the user gave us: a handle, a stream or a socket; null for a pipe of our own.</summary>
    public object? Given => _owner;

    /// <summary>Takes a non-blocking pipe that we made.</summary>
    public static PipeDescriptor Own(int descriptor) => new(descriptor, PipeKind.Fifo, handle: null, owner: null);

    /// <summary>Takes what a user has opened. Nothing has happened to it when this throws.</summary>
    public static PipeDescriptor Adopt(SafeHandle handle, IDisposable owner, bool forReading)
    {
        bool held = false;
        try
        {
            // Whoever disposes it meanwhile must not free the number: somebody else would get it, and our bytes.
            handle.DangerousAddRef(ref held);
            int descriptor = checked((int)handle.DangerousGetHandle());
            PipeKind kind = Check(descriptor, forReading);
            if (descriptor > LastStandard)
            {
                // Whoever opened it outside of .NET may not have thought of children; the standard ones are for them.
                _ = Interop.TrySetCloseOnExec(descriptor);
            }

            return new PipeDescriptor(descriptor, kind, handle, owner);
        }
        catch when (held)
        {
            handle.DangerousRelease();
            throw;
        }
    }

    /// <summary>
    /// Goes on with a copy: another transport of the loop has the descriptor, and a selector knows a number only once.
    /// </summary>
    public void Duplicate()
    {
        int copy = Interop.Duplicate(Descriptor, from: 0);
        if (copy < 0)
        {
            throw PipeErrors.Create(SocketErrors.Last(), $"Copying descriptor {Descriptor}");
        }

        Descriptor = copy;
        _isCopy = true;
    }

    public void MakeNonBlocking()
    {
        if (!Interop.HasNonBlock(Interop.GetStatusFlags(Descriptor)))
        {
            Interop.MakeNonBlocking(Descriptor);
            _restore = true;
        }
    }

    /// <summary>Threads will work on it after all, and they have to wait in their calls.</summary>
    public void MakeBlocking()
    {
        if (_restore)
        {
            _restore = false;
            Interop.MakeBlocking(Descriptor);
        }
    }

    /// <summary>Another thread works on it: closing waits until it is done.</summary>
    public void Hold() => Interlocked.Increment(ref _users);

    /// <summary>The work of <see cref="Hold"/> is done, or the transport is. Thread: any.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Close();
        }
    }

    /// <summary>Gives it back as it came: the call that took it has failed.</summary>
    public void GiveBack()
    {
        MakeBlocking();
        if (_isCopy)
        {
            _ = Interop.Close(Descriptor);
        }

        _handle?.DangerousRelease();
    }

    /// <summary>The loop was dropped: frees what nobody else would.</summary>
    public void Drop()
    {
        if (_owner is null)
        {
            Release();
        }
    }

    private static PipeKind Check(int pipe, bool forReading)
    {
        uint mode = Interop.GetMode(pipe)
            ?? throw new ArgumentException($"Descriptor {pipe} is not open.", nameof(pipe));
        const uint TypeBits = 0xF000;
        PipeKind kind = (mode & TypeBits) switch
        {
            0x1000 => PipeKind.Fifo,
            0xC000 => PipeKind.Socket,
            0x2000 => PipeKind.Character,
            0x8000 or 0x6000 => PipeKind.File,
            _ => throw new ArgumentException(
                $"Descriptor {pipe} is neither a pipe, a socket, a device nor a file (mode 0x{mode:x}).", nameof(pipe)),
        };
        int flags = Interop.GetStatusFlags(pipe);
        if (forReading ? !Interop.MayRead(flags) : !Interop.MayWrite(flags))
        {
            throw new ArgumentException(
                $"Descriptor {pipe} was opened for {(forReading ? "writing" : "reading")} only.", nameof(pipe));
        }

        return kind;
    }

    private void Close()
    {
        if (_handle is null)
        {
            _ = Interop.Close(Descriptor);
            return;
        }

        GiveBack();
        if (_owner is Socket socket)
        {
            new SocketHandle(Descriptor, socket).Close();
        }
        else
        {
            _owner!.Dispose();
        }
    }
}
