using System.Runtime.InteropServices;
using Xunit;

namespace ActorLoop.Tests.Selectors;

/// <summary>Two connected stream sockets as bare descriptors: what is written to one can be read from the other.</summary>
internal sealed unsafe partial class DescriptorPair : IDisposable
{
    private const int AF_UNIX = 1;
    private const int SOCK_STREAM = 1;

    private int _near;
    private int _far;

    public DescriptorPair()
    {
        int* ends = stackalloc int[2];
        Check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
        _near = ends[0];
        _far = ends[1];
    }

    public int Near => _near;

    public int Far => _far;

    /// <summary>Makes the near end readable.</summary>
    public void SendToNear()
    {
        byte one = 1;
        Check((int)write(_far, &one, 1));
    }

    /// <summary>Takes one byte that is known to be there.</summary>
    public void ReceiveAtNear()
    {
        byte one;
        Check((int)read(_near, &one, 1));
    }

    public void CloseFar() => Close(ref _far);

    /// <summary>Makes the number of the near end mean the near end of another pair, in one step.</summary>
    public void BecomeNearOf(DescriptorPair other) => Replace(_near, other._near);

    public void Dispose()
    {
        Close(ref _near);
        Close(ref _far);
    }

    /// <summary>Makes a number mean what another one means. What it meant before is closed.</summary>
    public static void Replace(int descriptor, int other) => Check(dup2(other, descriptor));

    private static void Close(ref int descriptor)
    {
        if (descriptor >= 0)
        {
            Check(close(descriptor));
            descriptor = -1;
        }
    }

    private static void Check(int result) => Assert.True(result >= 0, Marshal.GetLastPInvokeErrorMessage());

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int dup2(int from, int to);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
