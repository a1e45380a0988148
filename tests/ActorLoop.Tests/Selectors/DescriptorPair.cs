using System.Runtime.InteropServices;
using Xunit;

namespace ActorLoop.Tests.Selectors;

/// <summary>
/// Two connected stream sockets as bare descriptors: what is written to one can be read from the other.
/// </summary>
internal sealed unsafe partial class DescriptorPair : IDisposable
{
    private const int AF_UNIX = 1;
    private const int SOCK_STREAM = 1;
    private const int O_PATH = 0x200000;
    private const int O_CLOEXEC = 0x80000;

    private int _near;
    private int _far;
    private bool _isNearClosed;

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

    /// <summary>Closes the near end; its number stays to be seen.</summary>
    public void CloseNear()
    {
        Check(close(_near));
        _isNearClosed = true;
    }

    public void CloseFar() => Close(ref _far);

    /// <summary>Makes the number of the near end mean the near end of another pair, in one step.</summary>
    public void BecomeNearOf(DescriptorPair other) => Check(dup2(other._near, _near));

    /// <summary>
    /// Makes a number mean something that nobody can read, write or wait for. What it meant before is closed.
    /// </summary>
    public static void ReplaceByPath(int descriptor)
    {
        int path = open("/", O_PATH | O_CLOEXEC);
        Check(path);
        Check(dup2(path, descriptor));
        Check(close(path));
    }

    public void Dispose()
    {
        if (!_isNearClosed)
        {
            Close(ref _near);
        }

        Close(ref _far);
    }

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

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
