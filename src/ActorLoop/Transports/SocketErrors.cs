using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorLoop.Transports;

/// <summary>The one place that reads errno of socket calls and turns it into exceptions. Numbers are Linux's.</summary>
internal static class SocketErrors
{
    public const int NoSuchFile = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int WouldBlock = 11;
    public const int OutOfMemory = 12;
    public const int InvalidArgument = 22;
    public const int SystemFiles = 23;
    public const int ProcessFiles = 24;
    public const int BrokenPipe = 32;
    public const int Protocol = 71;
    public const int NotPermitted = 1;
    public const int MessageTooLong = 90;
    public const int AddressInUse = 98;
    public const int ConnectionAborted = 103;
    public const int ConnectionReset = 104;
    public const int NoBufferSpace = 105;
    public const int IsConnected = 106;
    public const int ConnectionRefused = 111;
    public const int AlreadyInProgress = 114;
    public const int InProgress = 115;

    public static int Last() => Marshal.GetLastSystemError();

    public static bool IsTransient(int error) => error is WouldBlock or Interrupted;

    /// <summary>The process or the system has run out of what a new connection needs.</summary>
    public static bool IsExhaustion(int error) => error is ProcessFiles or SystemFiles or NoBufferSpace or OutOfMemory;

    /// <summary>
    /// The connection at the head of the accept queue is dead; the next one may be fine. See accept(2), "Error handling".
    /// </summary>
    public static bool IsDeadOnArrival(int error) =>
        error is ConnectionAborted or Protocol or NotPermitted or Interrupted
            or 92 or 95 or 100 or 101 or 112 or 113 or 64;

    /// <summary>The listening socket itself is not what it was: waiting mends nothing, listening again may.</summary>
    public static bool IsBrokenListener(int error) => error is InvalidArgument or 9 or 14 or 88;

    public static SocketException Create(int error, string what) =>
        new((int)Map(error), $"{what} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).");

    private static SocketError Map(int error) => error switch
    {
        NotPermitted or 13 => SocketError.AccessDenied,
        Interrupted => SocketError.Interrupted,
        9 or 88 => SocketError.NotSocket,
        WouldBlock => SocketError.WouldBlock,
        InvalidArgument => SocketError.InvalidArgument,
        SystemFiles or ProcessFiles => SocketError.TooManyOpenSockets,
        BrokenPipe or 108 => SocketError.Shutdown,
        89 => SocketError.DestinationAddressRequired,
        MessageTooLong => SocketError.MessageSize,
        93 => SocketError.ProtocolNotSupported,
        95 => SocketError.OperationNotSupported,
        97 => SocketError.AddressFamilyNotSupported,
        AddressInUse => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        102 => SocketError.NetworkReset,
        ConnectionAborted => SocketError.ConnectionAborted,
        ConnectionReset => SocketError.ConnectionReset,
        NoBufferSpace or OutOfMemory => SocketError.NoBufferSpaceAvailable,
        IsConnected => SocketError.IsConnected,
        107 => SocketError.NotConnected,
        110 => SocketError.TimedOut,
        ConnectionRefused => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        AlreadyInProgress => SocketError.AlreadyInProgress,
        InProgress => SocketError.InProgress,
        _ => SocketError.SocketError,
    };
}
