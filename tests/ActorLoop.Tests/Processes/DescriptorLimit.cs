using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ActorLoop.Tests.Processes;

/// <summary>How many descriptors this process may have, lowered until it is disposed.</summary>
internal sealed unsafe partial class DescriptorLimit : IDisposable
{
    private const int Descriptors = 7;
    private readonly ulong _soft;
    private readonly ulong _hard;

    /// <param name="spare">How many may still be opened.</param>
    public DescriptorLimit(int spare)
    {
        int lowest;
        using (SafeFileHandle probe = File.OpenHandle("/dev/null"))
        {
            lowest = (int)probe.DangerousGetHandle();
        }

        ulong* limits = stackalloc ulong[2];
        if (Get(Descriptors, limits) != 0)
        {
            throw new InvalidOperationException("getrlimit failed.");
        }

        (_soft, _hard) = (limits[0], limits[1]);
        Apply((ulong)(lowest + spare));
    }

    public void Dispose() => Apply(_soft);

    private void Apply(ulong soft)
    {
        ulong* limits = stackalloc ulong[2];
        limits[0] = soft;
        limits[1] = _hard;
        if (Set(Descriptors, limits) != 0)
        {
            throw new InvalidOperationException("setrlimit failed.");
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int Get(int resource, ulong* limits);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int Set(int resource, ulong* limits);
}
