using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorLoop.Transports;

/// <content>Making a client socket.</content>
internal static unsafe partial class Interop
{
    private const int StreamNonBlockingCloseOnExec = 1 | NonBlockCloseOnExec;

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int CreateSocket(int family, int type, int protocol);

    /// <summary>A stream socket that does not block and is not inherited; negative is an error.</summary>
    public static int CreateStreamSocket(AddressFamily family, ProtocolType protocol) =>
        CreateSocket(NumberOf(family), StreamNonBlockingCloseOnExec, (int)protocol);

    /// <summary>The system's number of a family.</summary>
    public static int NumberOf(AddressFamily family) => family switch
    {
        AddressFamily.Unix => FamilyUnix,
        AddressFamily.InterNetworkV6 => FamilyInternet6,
        _ => FamilyInternet,
    };

    /// <summary>0, or negative for an error.</summary>
    public static int Bind(int descriptor, EndPoint local)
    {
        SocketAddress address = local.Serialize();
        fixed (byte* start = address.Buffer.Span)
        {
            return Bind(descriptor, start, address.Size);
        }
    }

    /// <summary>Whether a socket is connected, whoever connected it.</summary>
    public static bool HasPeer(int descriptor)
    {
        byte* address = stackalloc byte[SocketNames.MaxLength];
        int length = SocketNames.MaxLength;
        return GetPeerName(descriptor, address, &length) == 0;
    }

    /// <summary>0, or negative for an error. Called again, it says how the attempt under way is getting on.</summary>
    public static int Connect(int descriptor, SocketAddress target)
    {
        fixed (byte* start = target.Buffer.Span)
        {
            return Connect(descriptor, start, target.Size);
        }
    }
}
