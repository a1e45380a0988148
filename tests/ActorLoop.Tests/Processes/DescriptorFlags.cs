using System.Runtime.InteropServices;

namespace ActorLoop.Tests.Processes;

/// <summary>What .NET takes care to set and a test has to clear.</summary>
internal static partial class DescriptorFlags
{
    private const int SetDescriptorFlags = 2;

    /// <summary>Takes CLOEXEC from a descriptor.</summary>
    public static int MakeInheritable(int descriptor) => Control(descriptor, SetDescriptorFlags, 0);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);
}
