using System.Runtime.InteropServices;

namespace PortForwarder;

/// <summary>Waits for SIGINT (Ctrl-C) or SIGTERM, and keeps them from ending the process before it has drained.</summary>
internal static class StopSignal
{
    public static async Task WaitAsync()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Ask(PosixSignalContext context)
        {
            context.Cancel = true;
            asked.TrySetResult();
        }

        using (PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask))
        using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask))
        {
            await asked.Task;
        }
    }
}
