using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Sockets;

/// <summary>
/// The operations on sockets of the user, of a loop over completions: what can be done at once is, the rest is left to the socket's own
/// asynchronous calls, whose ends come back to the loop as any await does.
/// </summary>
internal sealed class CompletionOperations(LoopCore core) : ISocketOperations
{
    /// <summary>So many calls of one message may succeed at once; then those after it have their turn.</summary>
    private const int MaxAtOnce = 128;

    private readonly DatagramNames _senders = new();
    private long _message;
    private int _atOnce;

    public ValueTask<int> ReceiveAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Check(socket, SelectorEvents.Read, nameof(EventLoop.SocketReceiveAsync));
        if (buffer.IsEmpty)
        {
            throw new ArgumentException(
                "The buffer is empty; 0 bytes received would look like the end of the stream.", nameof(buffer));
        }

        if (MayTryAtOnce(cancellationToken))
        {
            int received = socket.Receive(buffer.Span, SocketFlags.None, out SocketError error);
            if (error == SocketError.Success)
            {
                return ValueTask.FromResult(received);
            }

            if (!CompletionErrors.IsTransient(error))
            {
                return ValueTask.FromException<int>(CompletionErrors.Create(error, "Receiving"));
            }
        }

        return RunAsync(
            socket, SelectorEvents.Read, "Receiving", token => socket.ReceiveAsync(buffer, SocketFlags.None, token), cancellationToken);
    }

    public ValueTask<(int Received, EndPoint? Sender)> ReceiveFromAsync(
        Socket socket, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Check(socket, SelectorEvents.Read, nameof(EventLoop.SocketReceiveFromAsync));
        return RunAsync(socket, SelectorEvents.Read, "Receiving", ReceiveAsync, cancellationToken);

        async ValueTask<(int Received, EndPoint? Sender)> ReceiveAsync(CancellationToken token)
        {
            var sender = new SocketAddress(socket.AddressFamily);
            int received;
            try
            {
                received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, sender, token);
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.MessageSize)
            {
                // What does not fit is lost, on every system.
                received = buffer.Length;
            }

            return (received, _senders.Get(sender));
        }
    }

    public ValueTask SendAllAsync(Socket socket, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Check(socket, SelectorEvents.Write, nameof(EventLoop.SocketSendAllAsync));
        if (MayTryAtOnce(cancellationToken))
        {
            int sent = socket.Send(data.Span, SocketFlags.None, out SocketError error);
            if (error == SocketError.Success && sent == data.Length)
            {
                return ValueTask.CompletedTask;
            }

            if (error != SocketError.Success && !CompletionErrors.IsTransient(error))
            {
                return ValueTask.FromException(CompletionErrors.Create(error, "Sending"));
            }

            data = data[Math.Max(sent, 0)..];
        }

        return IgnoreResultAsync(RunAsync(socket, SelectorEvents.Write, "Sending", SendAsync, cancellationToken));

        async ValueTask<int> SendAsync(CancellationToken token)
        {
            int sent = 0;
            while (sent < data.Length)
            {
                sent += await socket.SendAsync(data[sent..], SocketFlags.None, token);
            }

            return sent;
        }
    }

    public ValueTask<int> SendToAsync(
        Socket socket, ReadOnlyMemory<byte> data, EndPoint target, CancellationToken cancellationToken)
    {
        Check(socket, SelectorEvents.Write, nameof(EventLoop.SocketSendToAsync));
        SocketOperations.CheckTarget(socket, target);
        if (target is DnsEndPoint)
        {
            throw new ArgumentException($"{target} is a name; a datagram needs an address.", nameof(target));
        }

        EndPoint fitting = SocketOperations.Fit(socket, target);
        return RunAsync(
            socket,
            SelectorEvents.Write,
            $"Sending to {target}",
            token => socket.SendToAsync(data, SocketFlags.None, fitting, token),
            cancellationToken);
    }

    public ValueTask<Socket> AcceptAsync(Socket socket, CancellationToken cancellationToken)
    {
        Check(socket, SelectorEvents.Read, nameof(EventLoop.SocketAcceptAsync));
        SocketOperations.CheckStream(socket, nameof(EventLoop.SocketAcceptAsync));
        return RunAsync(socket, SelectorEvents.Read, "Accepting", AcceptAsync, cancellationToken);

        async ValueTask<Socket> AcceptAsync(CancellationToken token)
        {
            try
            {
                Socket accepted = await socket.AcceptAsync(token);
                accepted.Blocking = false;
                return accepted;
            }
            catch (InvalidOperationException failure) when (failure is not ObjectDisposedException)
            {
                throw new SocketException((int)SocketError.InvalidArgument, failure.Message);
            }
        }
    }

    /// <summary>Connects to an address; names were resolved before.</summary>
    public ValueTask ConnectAsync(Socket socket, EndPoint target, CancellationToken cancellationToken)
    {
        Check(socket, SelectorEvents.Write, nameof(EventLoop.SocketConnectAsync));
        SocketOperations.CheckTarget(socket, target);
        EndPoint fitting = SocketOperations.Fit(socket, target);
        return IgnoreResultAsync(RunAsync(socket, SelectorEvents.Write, $"Connecting to {target}", ConnectAsync, cancellationToken));

        async ValueTask<int> ConnectAsync(CancellationToken token)
        {
            await socket.ConnectAsync(fitting, token);
            return 0;
        }
    }

    /// <summary>False: no call of the base class library sends a part of a file and says how much it sent.</summary>
    public ValueTask<bool> SendFileAsync(Socket socket, FileTransfer file, CancellationToken cancellationToken) => new(false);

    /// <summary>Checks everything that any operation needs.</summary>
    public void Check(Socket socket, SelectorEvents direction, string member) =>
        CheckUse(SocketOperations.HandleOf(core, socket, member), direction, member);

    private void CheckUse(SafeSocketHandle handle, SelectorEvents direction, string member)
    {
        nint descriptor = handle.DangerousGetHandle();
        if (core.Registrations.Find(descriptor) is not { } registration)
        {
            return;
        }

        if (registration.Owner is not SocketUse use)
        {
            throw new InvalidOperationException($"{member}: socket {descriptor} is used by {registration.Owner}.");
        }

        if (!use.IsOf(handle))
        {
            // The number of a socket that was closed, or the same socket in another wrapping.
            core.Registrations.Reclaim(descriptor);
        }
        else if (use.IsBusy(direction))
        {
            throw new InvalidOperationException(
                $"{member}: socket {descriptor} is used by {use}; one at a time in each direction.");
        }
    }

    private static async ValueTask IgnoreResultAsync(ValueTask<int> call) => await call;

    private ValueTask<T> RunAsync<T>(
        Socket socket,
        SelectorEvents direction,
        string what,
        Func<CancellationToken, ValueTask<T>> start,
        CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        var call = new SocketCall<T>(core, socket, direction, what, cancellationToken);
        _ = call.RunAsync(start, MayTryAtOnce(cancellationToken));
        return new ValueTask<T>(call.Task);
    }

    private bool MayTryAtOnce(CancellationToken cancellationToken)
    {
        if (core.MessageNumber != _message)
        {
            _message = core.MessageNumber;
            _atOnce = 0;
        }

        return !cancellationToken.IsCancellationRequested && ++_atOnce <= MaxAtOnce;
    }
}
