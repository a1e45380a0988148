using System.Net;
using System.Net.Sockets;
using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>An attempt of a loop over readiness: readiness for writing says that it is over, one way or the other.</summary>
internal sealed class ReadinessAttempt(ConnectionRace race, int number, IPEndPoint target)
    : ConnectionAttempt(race, number, target), IMessage
{
    private readonly SocketAddress _address = target.Serialize();
    private int _descriptor = -1;

    void IMessage.Run()
    {
        // Closed or handed over in the turn in which it became ready.
        if (!IsUnderWay)
        {
            return;
        }

        int error = Interop.Connect(_descriptor, _address) == 0 ? 0 : SocketErrors.Last();
        switch (error)
        {
            case SocketErrors.AlreadyInProgress or SocketErrors.InProgress or SocketErrors.Interrupted:
                return;
            case 0 or SocketErrors.IsConnected when !IsConnectedToItself(SocketNames.Local(_descriptor)):
                Race.AttemptConnected(this);
                return;
            case 0 or SocketErrors.IsConnected:
                error = SocketErrors.ConnectionRefused;
                break;
        }

        Fail(Refusal(error));
    }

    protected override AttemptState Open()
    {
        _descriptor = Interop.CreateStreamSocket(Target.AddressFamily, Race.Protocol);
        if (_descriptor < 0)
        {
            throw SocketErrors.Create(SocketErrors.Last(), $"Opening a socket for {Target}");
        }

        BindToLocal();
        int error = Interop.Connect(_descriptor, _address) == 0 ? 0 : SocketErrors.Last();
        if (error == 0)
        {
            return AttemptState.Connected;
        }

        if (error is not (SocketErrors.InProgress or SocketErrors.Interrupted))
        {
            throw Refusal(error);
        }

        Register(_descriptor).Writer = this;
        return AttemptState.Pending;
    }

    protected override SocketHandle TakeSocket()
    {
        var socket = new SocketHandle(_descriptor, managed: null);
        _descriptor = -1;
        return socket;
    }

    protected override void CloseSocket()
    {
        if (_descriptor >= 0)
        {
            _ = Interop.Close(_descriptor);
            _descriptor = -1;
        }
    }

    protected override bool TryBind(IPEndPoint local, out SocketException failure)
    {
        failure = null!;
        if (Interop.Bind(_descriptor, local) == 0)
        {
            return true;
        }

        failure = SocketErrors.Create(SocketErrors.Last(), $"Binding the connection to {Target} to the local address {local}");
        return false;
    }

    private SocketException Refusal(int error) => SocketErrors.Create(error, $"Connecting to {Target}");
}
