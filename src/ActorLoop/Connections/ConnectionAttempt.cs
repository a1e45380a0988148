using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>One socket on its way to one address; the kind of loop knows how to hear of its end.</summary>
[DebuggerDisplay("{ToString(),nq}")]
internal abstract class ConnectionAttempt(ConnectionRace race, int number, IPEndPoint target) : IDescriptorOwner
{
    private Registration? _registration;

    /// <summary>Its place in the order in which attempts are started.</summary>
    public int Number => number;

    public IPEndPoint Target => target;

    /// <summary>Why it failed at once.</summary>
    public Exception? Failure { get; private set; }

    protected ConnectionRace Race => race;

    /// <summary>Whether the system is still at it.</summary>
    protected bool IsUnderWay => _registration is not null;

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

    /// <summary>Hands the socket over.</summary>
    public SocketHandle Release()
    {
        SocketHandle socket = TakeSocket();
        Forget();
        return socket;
    }

    public void Close()
    {
        // Out of the table first: the number may be somebody else's as soon as it is closed.
        Forget();
        CloseSocket();
    }

    public void LoopClosing() => race.LoopClosing();

    public void LoopDropped() => CloseSocket();

    public override string ToString() => $"the attempt to connect to {target}";

    protected abstract AttemptState Open();

    protected abstract SocketHandle TakeSocket();

    /// <summary>Does nothing if there is none.</summary>
    protected abstract void CloseSocket();

    protected abstract bool TryBind(IPEndPoint local, out SocketException failure);

    protected Registration Register(int descriptor)
    {
        _registration = race.Core.Registrations.Add(descriptor, SelectorEvents.Write, this);
        _registration.Context = race.Context;
        return _registration;
    }

    protected void Fail(SocketException failure)
    {
        Close();
        race.AttemptFailed(this, failure);
    }

    protected void BindToLocal()
    {
        if (race.Locals is not { } locals)
        {
            return;
        }

        SocketException? failure = null;
        foreach (IPEndPoint local in locals)
        {
            if (local.AddressFamily != target.AddressFamily)
            {
                continue;
            }

            if (TryBind(local, out SocketException problem))
            {
                return;
            }

            failure = problem;
        }

        throw failure ?? new SocketException(
            (int)SocketError.AddressNotAvailable, $"No local address of family {target.AddressFamily} was given for {target}.");
    }

    /// <summary>
    /// A client whose system picks the very port it wants to reach meets itself: TCP allows it, and nobody listens there.
    /// </summary>
    protected bool IsConnectedToItself(EndPoint? local) =>
        race.Locals is null && IPAddress.IsLoopback(target.Address) && target.Equals(local);

    private void Forget()
    {
        if (_registration is { } registration)
        {
            _registration = null;
            race.Core.Registrations.Remove(registration);
        }
    }
}
