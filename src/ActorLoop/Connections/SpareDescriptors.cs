using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// Descriptors held in reserve for the time when the process has no others left: they are given up then, so that waiting clients can
/// be turned away instead of hanging, and so that the runtime, which dies when it cannot start a thread or open an assembly, and the
/// log keep going.
/// </summary>
internal sealed class SpareDescriptors
{
    // Starting one thread takes the runtime three, and it may start two at a time.
    private const int Count = 8;
    private const int ReadOnlyCloseOnExec = 0x80000;
    private readonly List<int> _held = new(Count);
    private readonly int _wanted = Count;

    public SpareDescriptors()
    {
        // A process that had fewer from the start must not be asked for more later.
        TryHold();
        _wanted = _held.Count;
    }

    /// <summary>Takes the reserve back; false when there is still not enough for all of it.</summary>
    public bool TryHold()
    {
        while (OperatingSystem.IsLinux() && _held.Count < _wanted)
        {
            int descriptor = Interop.Open("/dev/null", ReadOnlyCloseOnExec);
            if (descriptor < 0)
            {
                return false;
            }

            _held.Add(descriptor);
        }

        return true;
    }

    public void Release()
    {
        _held.ForEach(descriptor => _ = Interop.Close(descriptor));
        _held.Clear();
    }

    /// <summary>Accepts one waiting client, with a released descriptor, only to close the connection.</summary>
    public static unsafe void TurnAwayOne(int listener)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int client = Interop.Accept(listener, null, null, Interop.NonBlockCloseOnExec);
        if (client >= 0)
        {
            _ = Interop.Close(client);
        }
    }
}
