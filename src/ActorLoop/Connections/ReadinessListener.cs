using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>A listener of a loop over readiness: a readable socket has connections that wait.</summary>
internal sealed class ReadinessListener(LoopCore core, ListeningSocket socket, int backlog, bool passesOptions, IConnectionSink sink)
    : Listener(core, socket, backlog, passesOptions, sink), IMessage
{
    void IMessage.Run()
    {
        if (IsClosed || IsPaused)
        {
            return;
        }

        try
        {
            AcceptAll();
        }
        catch (Exception failure) when (failure is not FatalLoopException && Broken is not null)
        {
            Broken(failure);
        }
    }

    protected override void Listen(Socket socket) => Registration!.Reader = this;

    protected override void Suspend() => Core.Registrations.Watch(Registration!, SelectorEvents.None);

    protected override void GoOn() => Core.Registrations.Watch(Registration!, SelectorEvents.Read);

    private unsafe void AcceptAll()
    {
        byte* address = stackalloc byte[SocketNames.MaxLength];
        for (int i = 0; i < Batch && !IsClosed; i++)
        {
            int length = SocketNames.MaxLength;
            int client = Interop.Accept(Descriptor, address, &length, Interop.NonBlockCloseOnExec);
            if (client >= 0)
            {
                EndPoint? peer = SocketNames.Parse(new ReadOnlySpan<byte>(address, length));
                Deliver(new SocketHandle(client, managed: null), peer);
            }
            else if (!GoOnAfter(SocketErrors.Last()))
            {
                return;
            }
        }
    }

    /// <summary>Whether the next connection may be tried at once.</summary>
    private bool GoOnAfter(int error)
    {
        if (SocketErrors.IsDeadOnArrival(error))
        {
            return true;
        }

        if (error == SocketErrors.WouldBlock)
        {
            NobodyWaits();
        }
        else if (SocketErrors.IsExhaustion(error))
        {
            Exhausted(SocketErrors.Create(error, "accept"));
        }
        else if (SocketErrors.IsBrokenListener(error) && Broken is { } broken)
        {
            broken(SocketErrors.Create(error, "accept"));
        }
        else
        {
            Failed(SocketErrors.Create(error, "accept"));
        }

        return false;
    }
}
