using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// One socket on its way to one address. Readiness for writing says that the attempt is over, one way or the other.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed class ConnectionAttempt(ConnectionRace race, int number, IPEndPoint target) : IMessage, IDescriptorOwner
{
    private readonly SocketAddress _address = target.Serialize();
    private int _descriptor = -1;
    private Registration? _registration;

    /// <summary>Its place in the order in which attempts are started.</summary>
    public int Number => number;

    public IPEndPoint Target => target;

    /// <summary>Why it failed at once.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Opens the socket and starts to connect. Nothing is open if it fails.</summary>
    public AttemptState Begin()
    {
        try
        {
            return Open();
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            Close();
            Failure = failure;
            return AttemptState.Failed;
        }
    }

    /// <summary>Hands the descriptor over.</summary>
    public int Release()
    {
        int descriptor = _descriptor;
        _descriptor = -1;
        Forget();
        return descriptor;
    }

    public void Close()
    {
        // Out of the selector first: the number may be somebody else's as soon as it is closed.
        Forget();
        if (_descriptor >= 0)
        {
            _ = Interop.Close(_descriptor);
            _descriptor = -1;
        }
    }

    public void LoopClosing() => race.LoopClosing();

    public void LoopDropped() => _ = Interop.Close(_descriptor);

    public override string ToString() => $"the attempt to connect to {target}";

    void IMessage.Run()
    {
        // Closed or handed over in the turn in which it became ready.
        if (_registration is null)
        {
            return;
        }

        int error = Interop.Connect(_descriptor, _address) == 0 ? 0 : SocketErrors.Last();
        switch (error)
        {
            case SocketErrors.AlreadyInProgress or SocketErrors.InProgress or SocketErrors.Interrupted:
                return;
            case 0 or SocketErrors.IsConnected when !IsConnectedToItself():
                race.AttemptConnected(this);
                return;
            case 0 or SocketErrors.IsConnected:
                error = SocketErrors.ConnectionRefused;
                break;
        }

        Close();
        race.AttemptFailed(this, Refusal(error));
    }

    private AttemptState Open()
    {
        _descriptor = Interop.CreateStreamSocket(target.AddressFamily, race.Protocol);
        if (_descriptor < 0)
        {
            throw SocketErrors.Create(SocketErrors.Last(), $"Opening a socket for {target}");
        }

        if (race.Locals is { } locals)
        {
            Bind(locals);
        }

        int error = Interop.Connect(_descriptor, _address) == 0 ? 0 : SocketErrors.Last();
        if (error == 0)
        {
            return AttemptState.Connected;
        }

        if (error is not (SocketErrors.InProgress or SocketErrors.Interrupted))
        {
            throw Refusal(error);
        }

        _registration = race.Core.Registrations.Add(_descriptor, SelectorEvents.Write, this);
        _registration.Context = race.Context;
        _registration.Writer = this;
        return AttemptState.Pending;
    }

    private void Bind(IReadOnlyList<IPEndPoint> locals)
    {
        SocketException? failure = null;
        foreach (IPEndPoint local in locals)
        {
            if (local.AddressFamily != target.AddressFamily)
            {
                continue;
            }

            if (Interop.Bind(_descriptor, local) == 0)
            {
                return;
            }

            failure = SocketErrors.Create(SocketErrors.Last(), $"Binding the connection to {target} to the local address {local}");
        }

        throw failure ?? new SocketException(
            (int)SocketError.AddressNotAvailable, $"No local address of family {target.AddressFamily} was given for {target}.");
    }

    /// <summary>
    /// A client whose system picks the very port it wants to reach meets itself: TCP allows it, and nobody listens there.
    /// </summary>
    private bool IsConnectedToItself() =>
        race.Locals is null && IPAddress.IsLoopback(target.Address) && target.Equals(SocketNames.Local(_descriptor));

    private SocketException Refusal(int error) => SocketErrors.Create(error, $"Connecting to {target}");

    private void Forget()
    {
        if (_registration is { } registration)
        {
            _registration = null;
            race.Core.Registrations.Remove(registration);
        }
    }
}
