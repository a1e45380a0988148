using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>An attempt of a loop over completions.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Whoever races closes it.")]
internal sealed class CompletionAttempt(ConnectionRace race, int number, IPEndPoint target)
    : ConnectionAttempt(race, number, target), ICompletionOwner
{
    private Socket? _socket;

    public void Completed(Completion completion)
    {
        SocketError error = completion.SocketError;
        completion.Dispose();
        if (!IsUnderWay || _socket is not { } socket)
        {
            // Closed meanwhile, by somebody else's success or by a cancellation.
            return;
        }

        if (error == SocketError.Success && IsConnectedToItself(socket.LocalEndPoint))
        {
            error = SocketError.ConnectionRefused;
        }

        if (error == SocketError.Success)
        {
            Race.AttemptConnected(this);
        }
        else
        {
            Fail(CompletionErrors.Create(error, $"Connecting to {Target}"));
        }
    }

    protected override AttemptState Open()
    {
        try
        {
            _socket = new Socket(Target.AddressFamily, SocketType.Stream, Race.Protocol);
        }
        catch (SocketException failure)
        {
            throw CompletionErrors.Create(failure.SocketErrorCode, $"Opening a socket for {Target}");
        }

        BindToLocal();
        var completion = new Completion(Race.Core, this) { RemoteEndPoint = Target, Context = Race.Context };
        Register((int)_socket.Handle);
        completion.Connect(_socket);
        return AttemptState.Pending;
    }

    protected override SocketHandle TakeSocket()
    {
        Socket socket = _socket!;
        _socket = null;
        return SocketHandle.AdoptForCompletions(socket);
    }

    protected override void CloseSocket()
    {
        _socket?.Dispose();
        _socket = null;
    }

    protected override bool TryBind(IPEndPoint local, out SocketException failure)
    {
        failure = null!;
        try
        {
            _socket!.Bind(local);
            return true;
        }
        catch (SocketException problem)
        {
            failure = CompletionErrors.Create(
                problem.SocketErrorCode, $"Binding the connection to {Target} to the local address {local}");
            return false;
        }
    }
}
