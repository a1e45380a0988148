using System.Runtime.InteropServices;
using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Signals;

/// <summary>The signal handlers of one loop: each delivery becomes a message.</summary>
internal sealed class SignalTable
{
    private readonly LoopCore _core;
    private readonly Dictionary<PosixSignal, Entry> _entries = [];

    public SignalTable(LoopCore core)
    {
        _core = core;
        core.Closed += Clear;
    }

    public void Set(PosixSignal signal, Handle handle)
    {
        // The new one first: between the two the signal must not fall back to its default action, which may end the process.
        var entry = new Entry(_core, signal, handle);
        Remove(signal);
        _entries.Add(signal, entry);
    }

    public bool Remove(PosixSignal signal)
    {
        if (!_entries.Remove(signal, out Entry? entry))
        {
            return false;
        }

        entry.Dispose();
        return true;
    }

    private void Clear()
    {
        foreach (Entry entry in _entries.Values)
        {
            entry.Dispose();
        }

        _entries.Clear();
    }

    private sealed class Entry : IDisposable
    {
        private readonly LoopCore _core;
        private readonly Handle _handle;
        private readonly PosixSignalRegistration _registration;

        public Entry(LoopCore core, PosixSignal signal, Handle handle)
        {
            _core = core;
            _handle = handle;
            _registration = PosixSignalRegistration.Create(signal, Delivered);
        }

        public void Dispose()
        {
            _handle.Cancel();
            _registration.Dispose();
        }

        /// <remarks>Called on a thread of the runtime.</remarks>
        private void Delivered(PosixSignalContext context)
        {
            // Handled here means: the default action, which may end the process, does not follow.
            context.Cancel = true;
            _core.TryPost(new Message(_handle, null, _handle.Context));
        }
    }
}
