using System.Runtime.InteropServices;

namespace ActorLoop.Tests.Processes;

/// <summary>Collects a child that is not its own, as careless libraries do.</summary>
internal static unsafe partial class ChildThief
{
    /// <summary>Waits for the child and takes its status.</summary>
    public static void Collect(int process) => _ = WaitProcess(process, null, 0);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitProcess(int process, int* status, int options);
}
