using System.Runtime.InteropServices;

namespace ActorLoop.Signals;

/// <summary>
/// While a program's main task runs: the first SIGINT or SIGTERM cancels it, so that it can end in order; the second one
/// does what
/// the system does without us, and ends the process.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly Action<PosixSignal> _ask;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _asked;

    /// <param name="ask">Asks the task to end; called on a thread of the runtime.</param>
    public StopSignals(Action<PosixSignal> ask)
    {
        _ask = ask;
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Delivered));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Delivered));
    }

    /// <summary>Whether a signal has asked the task to end.</summary>
    public bool Asked => Volatile.Read(ref _asked) != 0;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Delivered(PosixSignalContext context)
    {
        if (Interlocked.Exchange(ref _asked, 1) == 0)
        {
            context.Cancel = true;
            _ask(context.Signal);
        }
    }
}
