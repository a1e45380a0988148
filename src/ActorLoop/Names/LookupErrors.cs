using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorLoop.Names;

/// <summary>Turns the codes of the C library's resolver into exceptions. Numbers are Linux's.</summary>
internal static class LookupErrors
{
    private const int SystemError = -11;

    public static SocketException Create(int code, string what)
    {
        string why = code == SystemError ? Marshal.GetLastPInvokeErrorMessage() : Interop.DescribeError(code);
        return new SocketException((int)Map(code), $"Looking up {what} failed: {why}.");
    }

    private static SocketError Map(int code) => code switch
    {
        -1 => SocketError.InvalidArgument,
        -2 => SocketError.HostNotFound,
        -3 => SocketError.TryAgain,
        -4 => SocketError.NoRecovery,
        -5 or -9 => SocketError.NoData,
        -6 => SocketError.AddressFamilyNotSupported,
        -7 => SocketError.SocketNotSupported,
        -8 => SocketError.TypeNotFound,
        -10 => SocketError.NoBufferSpaceAvailable,
        SystemError when Marshal.GetLastPInvokeError() is 23 or 24 => SocketError.TooManyOpenSockets,
        _ => SocketError.SocketError,
    };
}
