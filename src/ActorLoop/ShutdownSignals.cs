using System.Runtime.InteropServices;

namespace ActorLoop;

/// <summary>
/// While a group or a loop runs: the first SIGINT or SIGTERM ends it in order, the second one does what the system does without us.
/// </summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly CoordinatedShutdown _shutdown;
    private readonly PosixSignalRegistration[] _registrations;
    private int _asked;

    public ShutdownSignals(CoordinatedShutdown shutdown)
    {
        _shutdown = shutdown;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Delivered),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Delivered),
        ];
    }

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    private void Delivered(PosixSignalContext context)
    {
        if (Interlocked.Exchange(ref _asked, 1) == 0)
        {
            context.Cancel = true;
            _ = _shutdown.RunAsync(ShutdownReason.FromSignal(context.Signal));
        }
    }
}
