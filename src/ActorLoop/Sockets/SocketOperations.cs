using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>
/// The operations on sockets of the user, of one loop: checks the call, and reuses what finished calls leave behind.
/// </summary>
internal sealed class SocketOperations : ISocketOperations
{
    /// <summary>So many calls of one message may succeed at once; then those after it have their turn.</summary>
    private const int MaxAtOnce = 128;

    private long _message;
    private int _atOnce;

    public SocketOperations(LoopCore core)
    {
        Core = core;
        Receives = new(() => new ReceiveOperation(this));
        ReceivesFrom = new(() => new ReceiveFromOperation(this));
        SendsAll = new(() => new SendAllOperation(this));
        SendsTo = new(() => new SendToOperation(this));
        Accepts = new(() => new AcceptOperation(this));
        Connects = new(() => new ConnectOperation(this));
    }

    public LoopCore Core { get; }

    public OperationPool<ReceiveOperation> Receives { get; }

    public OperationPool<ReceiveFromOperation> ReceivesFrom { get; }

    public OperationPool<SendAllOperation> SendsAll { get; }

    public OperationPool<SendToOperation> SendsTo { get; }

    public OperationPool<AcceptOperation> Accepts { get; }

    public OperationPool<ConnectOperation> Connects { get; }

    public RemoteEndPoints Senders { get; } = new();

    public ValueTask<int> ReceiveAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        SocketAccess access = Open(socket, SelectorEvents.Read, nameof(EventLoop.SocketReceiveAsync));
        if (buffer.IsEmpty)
        {
            throw new ArgumentException(
                "The buffer is empty; 0 bytes received would look like the end of the stream.", nameof(buffer));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        ReceiveOperation operation = Receives.Rent();
        operation.Buffer = buffer;
        return operation.StartAsync(access, cancellationToken);
    }

    public ValueTask<(int Received, EndPoint? Sender)> ReceiveFromAsync(
        Socket socket, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        SocketAccess access = Open(socket, SelectorEvents.Read, nameof(EventLoop.SocketReceiveFromAsync));
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<(int, EndPoint?)>(cancellationToken);
        }

        ReceiveFromOperation operation = ReceivesFrom.Rent();
        operation.Buffer = buffer;
        return operation.StartAsync(access, cancellationToken);
    }

    public ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        SocketAccess access = Open(socket, SelectorEvents.Write, nameof(EventLoop.SocketSendAllAsync));
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        SendAllOperation operation = SendsAll.Rent();
        operation.Rest = data;
        return operation.StartWithoutResultAsync(access, cancellationToken);
    }

    public ValueTask<int> SendToAsync(
        Socket socket, ReadOnlyMemory<byte> data, EndPoint target, CancellationToken cancellationToken)
    {
        SocketAccess access = Open(socket, SelectorEvents.Write, nameof(EventLoop.SocketSendToAsync));
        CheckTarget(socket, target);
        if (target is DnsEndPoint)
        {
            throw new ArgumentException($"{target} is a name; a datagram needs an address.", nameof(target));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        SendToOperation operation = SendsTo.Rent();
        operation.Set(data, Fit(socket, target));
        return operation.StartAsync(access, cancellationToken);
    }

    public ValueTask<Socket> AcceptAsync(Socket socket, CancellationToken cancellationToken)
    {
        SocketAccess access = Open(socket, SelectorEvents.Read, nameof(EventLoop.SocketAcceptAsync));
        CheckStream(socket, nameof(EventLoop.SocketAcceptAsync));
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<Socket>(cancellationToken)
            : Accepts.Rent().StartAsync(access, cancellationToken);
    }

    /// <summary>Connects to an address; names were resolved before.</summary>
    public ValueTask ConnectAsync(Socket socket, EndPoint target, CancellationToken cancellationToken)
    {
        SocketAccess access = Open(socket, SelectorEvents.Write, nameof(EventLoop.SocketConnectAsync));
        CheckTarget(socket, target);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        ConnectOperation operation = Connects.Rent();
        operation.Set(socket, Fit(socket, target));
        return operation.StartWithoutResultAsync(access, cancellationToken);
    }

    /// <summary>Sends a file by the system's own call; false when it cannot send that kind of file.</summary>
    public ValueTask<bool> SendFileAsync(Socket socket, FileTransfer file, CancellationToken cancellationToken)
    {
        SocketAccess access = Open(socket, SelectorEvents.Write, nameof(EventLoop.SocketSendFileAsync));
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<bool>(cancellationToken)
            : new SendFileOperation(this, file).StartAsync(access, cancellationToken);
    }

    /// <summary>Whether the message that runs now may finish yet another call without waiting.</summary>
    public bool MayTryAtOnce()
    {
        if (Core.MessageNumber != _message)
        {
            _message = Core.MessageNumber;
            _atOnce = 0;
        }

        return ++_atOnce <= MaxAtOnce;
    }

    public void Check(Socket socket, SelectorEvents direction, string member) => _ = Open(socket, direction, member);

    /// <summary>Checks everything that any operation needs.</summary>
    public SocketAccess Open(Socket socket, SelectorEvents direction, string member)
    {
        SafeSocketHandle handle = HandleOf(Core, socket, member);
        return new SocketAccess(handle, FindWatch(handle, direction, member));
    }

    /// <summary>The handle of a socket that an operation may use now, which is non-blocking from here on.</summary>
    public static SafeSocketHandle HandleOf(LoopCore core, Socket socket, string member)
    {
        ArgumentNullException.ThrowIfNull(socket);
        core.ThrowIfClosed();
        if (!core.IsOnLoop)
        {
            throw new InvalidOperationException(
                $"{member} is called on the loop's thread; post the call to loop '{core.Name}'.");
        }

        SafeSocketHandle handle = socket.SafeHandle;
        ObjectDisposedException.ThrowIf(handle.IsClosed || handle.IsInvalid, socket);
        MakeNonBlocking(core, socket, member);
        return handle;
    }

    public static void CheckStream(Socket socket, string member)
    {
        if (socket.SocketType != SocketType.Stream)
        {
            throw new ArgumentException($"{member} needs a stream socket, not {socket.SocketType}.", nameof(socket));
        }
    }

    public static void CheckTarget(Socket socket, EndPoint target)
    {
        ArgumentNullException.ThrowIfNull(target);
        AddressFamily family = target.AddressFamily;
        bool fits = family == socket.AddressFamily
            || (family == AddressFamily.InterNetwork && socket.AddressFamily == AddressFamily.InterNetworkV6 && socket.DualMode)
            || target is DnsEndPoint;
        if (!fits)
        {
            throw new ArgumentException(
                $"{target} is of family {family}, the socket of family {socket.AddressFamily}.", nameof(target));
        }
    }

    /// <summary>A socket for both families takes the older addresses in the clothing of the newer.</summary>
    public static EndPoint Fit(Socket socket, EndPoint target) =>
        target is IPEndPoint { AddressFamily: AddressFamily.InterNetwork } old && socket.AddressFamily == AddressFamily.InterNetworkV6
            ? new IPEndPoint(old.Address.MapToIPv6(), old.Port)
            : target;

    private static void MakeNonBlocking(LoopCore core, Socket socket, string member)
    {
        if (!socket.Blocking)
        {
            return;
        }

        if (core.Debug)
        {
            throw new ArgumentException($"{member} needs a non-blocking socket: set Blocking to false.", nameof(socket));
        }

        socket.Blocking = false;
    }

    private SocketWatch? FindWatch(SafeSocketHandle handle, SelectorEvents direction, string member)
    {
        nint descriptor = handle.DangerousGetHandle();
        if (Core.Registrations.Find(descriptor) is not { } registration)
        {
            return null;
        }

        if (registration.Owner is not SocketWatch watch)
        {
            string user = registration.Owner?.ToString() ?? "AddReader or AddWriter";
            throw new InvalidOperationException($"{member}: socket {descriptor} is used by {user}.");
        }

        if (!watch.IsOf(handle))
        {
            // The number of a socket that was closed, or the same socket in another wrapping.
            Core.Registrations.Reclaim(descriptor);
            return null;
        }

        if (watch.IsBusy(direction))
        {
            throw new InvalidOperationException(
                $"{member}: socket {descriptor} is used by {watch}; one at a time in each direction.");
        }

        return watch.IsGone ? null : watch;
    }
}
