using System.Net;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>A datagram socket that is ready for a transport, with what the transport must know of it.</summary>
/// <param name="Handle">Its descriptor.</param>
/// <param name="Family">Its family.</param>
/// <param name="Target">Where datagrams go that name no receiver.</param>
/// <param name="IsConnected">Whether it is connected to the target.</param>
internal sealed record DatagramSocket(SocketHandle Handle, AddressFamily Family, EndPoint? Target, bool IsConnected)
{
    public static DatagramSocket Open(EndPoint? local, EndPoint? remote, DatagramOptions options)
    {
        AddressFamily family = (local ?? remote)?.AddressFamily ?? options.Family!.Value;
        int descriptor = Interop.Socket(NumberOf(family), Interop.TypeDatagram | Interop.NonBlockCloseOnExec, 0);
        if (descriptor < 0)
        {
            throw SocketErrors.Create(SocketErrors.Last(), $"Opening a datagram socket of family {family}");
        }

        var handle = new SocketHandle(descriptor, managed: null);
        try
        {
            bool connected = remote is not null && !options.AllowBroadcast;
            SetUp(descriptor, local, connected ? remote : null, options);
            return new DatagramSocket(handle, family, remote, connected);
        }
        catch
        {
            handle.Close();
            throw;
        }
    }

    public static DatagramSocket Adopt(Socket socket)
    {
        SocketHandle handle = SocketHandle.Adopt(socket);
        EndPoint? peer = SocketNames.Peer(handle.Descriptor, out bool connected);
        return new DatagramSocket(
            handle, socket.AddressFamily, connected ? peer ?? UnnamedEndPoint.Instance : null, connected);
    }

    private static int NumberOf(AddressFamily family) => family switch
    {
        AddressFamily.Unix => Interop.FamilyUnix,
        AddressFamily.InterNetworkV6 => Interop.FamilyInternet6,
        _ => Interop.FamilyInternet,
    };

    private static unsafe void SetUp(int descriptor, EndPoint? local, EndPoint? remote, DatagramOptions options)
    {
        if (options.ReusePort)
        {
            Interop.SetOption(descriptor, Interop.SolSocket, Interop.SoReusePort, 1);
        }

        if (options.AllowBroadcast)
        {
            Interop.SetOption(descriptor, Interop.SolSocket, Interop.SoBroadcast, 1);
        }

        if (local is not null)
        {
            RawAddress address = RawAddress.Of(local);
            if (Interop.Bind(descriptor, address.Pointer, address.Length) < 0)
            {
                throw SocketErrors.Create(SocketErrors.Last(), $"Binding a datagram socket to {local}");
            }
        }

        if (remote is not null)
        {
            RawAddress address = RawAddress.Of(remote);
            if (Interop.Connect(descriptor, address.Pointer, address.Length) < 0)
            {
                throw SocketErrors.Create(SocketErrors.Last(), $"Connecting a datagram socket to {remote}");
            }
        }
    }
}
