using Microsoft.Win32.SafeHandles;

namespace ActorLoop.Selectors;

/// <summary>A wake signal made of a pipe or, on Linux, of an event descriptor.</summary>
internal sealed unsafe class WakeDescriptor : WakeSignal
{
    private readonly SafeFileHandle _readEnd;
    private readonly SafeFileHandle _writeEnd;

    private WakeDescriptor(int readEnd, int writeEnd)
    {
        Descriptor = readEnd;
        _readEnd = new SafeFileHandle(readEnd, ownsHandle: true);
        _writeEnd = readEnd == writeEnd ? _readEnd : new SafeFileHandle(writeEnd, ownsHandle: true);
    }

    /// <summary>What the selector waits for.</summary>
    public int Descriptor { get; }

    public static WakeDescriptor CreateEvent()
    {
        int descriptor = Interop.CreateEventDescriptor();
        return descriptor >= 0
            ? new WakeDescriptor(descriptor, descriptor)
            : throw Interop.Failure("eventfd", Interop.LastError);
    }

    public static WakeDescriptor CreatePipe()
    {
        int* ends = stackalloc int[2];
        return Interop.CreatePipe(ends) == 0
            ? new WakeDescriptor(ends[0], ends[1])
            : throw Interop.Failure("pipe2", Interop.LastError);
    }

    /// <summary>Raises without remembering it, for a selector that never lowers the signal.</summary>
    public void Pulse() => Send();

    public override void Dispose()
    {
        _writeEnd.Dispose();
        _readEnd.Dispose();
    }

    protected override void Send()
    {
        if (_writeEnd.IsClosed)
        {
            return;
        }

        bool held = false;
        try
        {
            // Another thread may be disposing: without the reference the number could belong to somebody else by now.
            _writeEnd.DangerousAddRef(ref held);
            ulong one = 1;
            // It can only fail because it is full, and then the selector wakes anyway.
            Interop.write((int)_writeEnd.DangerousGetHandle(), (byte*)&one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
        }
        finally
        {
            if (held)
            {
                _writeEnd.DangerousRelease();
            }
        }
    }

    protected override void Receive()
    {
        byte* scratch = stackalloc byte[64];
        while (Interop.read(Descriptor, scratch, 64) == 64)
        {
        }
    }
}
