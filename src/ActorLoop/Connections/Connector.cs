using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>Connects a socket without blocking the loop: readiness for writing says that the attempt is over.</summary>
internal sealed class Connector : IMessage, IDescriptorOwner
{
    private readonly LoopCore _core;
    private readonly Socket _socket;
    private readonly IPEndPoint _target;
    private readonly Registration _registration;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Connector(LoopCore core, Socket socket, IPEndPoint target)
    {
        _core = core;
        _socket = socket;
        _target = target;
        _registration = core.Registrations.Add(socket.Handle, SelectorEvents.Write, this);
        _registration.Writer = this;
    }

    /// <summary>Connects to the first address that answers, in order. All failed: one error that names them all.</summary>
    public static async Task<Socket> ConnectAsync(LoopCore core, IReadOnlyList<IPEndPoint> targets, CancellationToken cancellationToken)
    {
        List<SocketException> failures = [];
        foreach (IPEndPoint target in targets)
        {
            try
            {
                return await ConnectAsync(core, target, cancellationToken);
            }
            catch (SocketException failure)
            {
                failures.Add(failure);
            }
        }

        string[] texts = [.. failures.Select(f => f.Message).Distinct()];
        throw failures.Count == 1 || texts.Length == 1
            ? failures[0]
            : new SocketException((int)failures[0].SocketErrorCode, $"All {failures.Count} addresses failed: {string.Join("; ", texts)}");
    }

    public override string ToString() => $"the attempt to connect to {_target}";

    void IMessage.Run()
    {
        int error = Interop.TakeError((int)_socket.Handle);
        _core.Registrations.Remove(_registration);
        if (error == 0)
        {
            _done.TrySetResult();
        }
        else
        {
            _done.TrySetException(Failure(error));
        }
    }

    public void LoopClosing() => _done.TrySetException(new LoopClosedException(_core.Name));

    private static async Task<Socket> ConnectAsync(LoopCore core, IPEndPoint target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Interop.MakeNonBlocking((int)socket.Handle);
            int error = Begin(socket, target);
            if (error == SocketErrors.InProgress)
            {
                await new Connector(core, socket, target).FinishAsync(cancellationToken);
            }
            else if (error != 0)
            {
                throw SocketErrors.Create(error, $"Connecting to {target}");
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static unsafe int Begin(Socket socket, IPEndPoint target)
    {
        SocketAddress address = target.Serialize();
        fixed (byte* start = address.Buffer.Span)
        {
            return Interop.Connect((int)socket.Handle, start, address.Size) == 0 ? 0 : SocketErrors.Last();
        }
    }

    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _done.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            // Before the caller sees the exception and closes the socket: its number may be reused at once.
            _core.Registrations.Remove(_registration);
        }
    }

    private SocketException Failure(int error) => SocketErrors.Create(error, $"Connecting to {_target}");
}
