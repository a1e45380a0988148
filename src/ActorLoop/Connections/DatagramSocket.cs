using System.Net;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>A datagram socket that is ready for a transport, with what the transport must know of it.</summary>
/// <param name="Handle">Its descriptor.</param>
/// <param name="Family">Its family.</param>
/// <param name="Target">Where datagrams go that name no receiver.</param>
/// <param name="IsConnected">Whether it is connected to the target.</param>
/// <param name="File">The file of a Unix socket, to be removed before the socket is closed.</param>
internal sealed record DatagramSocket(SocketHandle Handle, AddressFamily Family, EndPoint? Target, bool IsConnected, UnixSocketFile? File)
{
    public static async Task<DatagramSocket> OpenAsync(
        EndPoint? local, EndPoint? remote, DatagramOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        AddressFamily family = (local ?? remote)?.AddressFamily ?? options.Family!.Value;
        UnixSocketFile? file = null;
        SocketHandle handle;
        if (local is not null && UnixPath.FileOf(local) is { } path)
        {
            (Socket bound, file) = await UnixBinder.BindAsync(
                path, SocketType.Dgram, options.UnixMode, options.CleanupSocket, clock, cancellationToken);
            handle = Take(bound);
            local = null;
        }
        else
        {
            handle = OperatingSystem.IsLinux() ? Create(family, (int)(options.Protocol ?? 0)) : CreateManaged(family, options.Protocol);
        }

        bool connected = remote is not null && !options.AllowBroadcast;
        var socket = new DatagramSocket(handle, family, remote, connected, file);
        try
        {
            if (OperatingSystem.IsLinux())
            {
                SetUp(handle.Descriptor, local, connected ? remote : null, options);
            }
            else
            {
                SetUpManaged(handle.Managed!, local, connected ? remote : null, options);
            }

            return socket;
        }
        catch
        {
            socket.Close();
            throw;
        }
    }

    public static DatagramSocket Adopt(Socket socket, bool removeFile)
    {
        SocketHandle handle = Take(socket);
        EndPoint? peer = PeerOf(handle, out bool connected);
        EndPoint? local = handle.LocalName;
        UnixSocketFile? file = removeFile && local is not null && UnixPath.FileOf(local) is { } path ? UnixSocketFile.Find(path) : null;
        return new DatagramSocket(
            handle,
            socket.AddressFamily,
            connected ? peer ?? UnnamedEndPoint.Instance : null,
            connected,
            file is { IsSocket: true } ? file : null);
    }

    /// <summary>For a socket that no transport has taken over.</summary>
    public void Close()
    {
        RemoveFile();
        Handle.Close();
    }

    /// <summary>Comes before closing: as long as the socket is open, no new file can have its inode.</summary>
    public void RemoveFile() => _ = File?.Remove();

    private static SocketHandle Take(Socket socket) =>
        OperatingSystem.IsLinux() ? SocketHandle.Adopt(socket) : SocketHandle.AdoptForCompletions(socket);

    private static EndPoint? PeerOf(SocketHandle handle, out bool connected)
    {
        if (OperatingSystem.IsLinux())
        {
            return SocketNames.Peer(handle.Descriptor, out connected);
        }

        EndPoint? peer = handle.PeerName;
        connected = peer is not null;
        return peer;
    }

    private static SocketHandle CreateManaged(AddressFamily family, ProtocolType? protocol)
    {
        ProtocolType fitting = protocol ?? (family == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Udp);
        return SocketHandle.AdoptForCompletions(new Socket(family, SocketType.Dgram, fitting));
    }

    private static void SetUpManaged(Socket socket, EndPoint? local, EndPoint? remote, DatagramOptions options)
    {
        if (options.ReusePort)
        {
            throw new PlatformNotSupportedException($"{nameof(DatagramOptions.ReusePort)} is Linux's.");
        }

        if (options.AllowBroadcast)
        {
            socket.EnableBroadcast = true;
        }

        if (local is not null)
        {
            socket.Bind(local);
        }

        if (remote is not null)
        {
            socket.Connect(remote);
        }
    }

    private static SocketHandle Create(AddressFamily family, int protocol)
    {
        int descriptor = Interop.Socket(Interop.NumberOf(family), Interop.TypeDatagram | Interop.NonBlockCloseOnExec, protocol);
        return descriptor >= 0
            ? new SocketHandle(descriptor, managed: null)
            : throw SocketErrors.Create(SocketErrors.Last(), $"Opening a datagram socket of family {family}");
    }

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
