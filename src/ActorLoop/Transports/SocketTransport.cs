using System.Net;
using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>A stream transport over readiness: the selector says when, and the transport itself reads and writes.</summary>
internal sealed partial class SocketTransport(
    LoopCore core, SocketHandle handle, StreamProtocol protocol, TransportOptions options, EndPoint? remote, ITransportOwner? owner)
    : StreamTransport(core, handle, protocol, options, remote, owner), IMessage
{
    private WritableMessage? _writable;

    private SelectorEvents Interest => Registration?.Interest ?? SelectorEvents.None;

    protected override void AwaitRoom()
    {
        if (Registration is { } registration)
        {
            registration.Writer = _writable ??= new WritableMessage(this);
            Watch(registration.Interest | SelectorEvents.Write);
        }
    }

    protected override void ForgetRoom()
    {
        Registration!.Writer = null;
        Watch(Interest & ~SelectorEvents.Write);
    }

    // A peer that is gone already makes this fail; reading will tell.
    protected override void ShutdownSending() => _ = Interop.Shutdown(Handle.Descriptor, Interop.ShutWrite);

    private void Watch(SelectorEvents interest)
    {
        if (Registration is { } registration)
        {
            Core.Registrations.Watch(registration, interest);
        }
    }

    private void OnWritable()
    {
        if (IsLosing)
        {
            return;
        }

        if (IsBlocked)
        {
            SendBuffered();
        }
        else if (File is not null)
        {
            SendFileStep();
        }
    }

    /// <summary>Readiness for writing, as a message; most connections never need one.</summary>
    private sealed class WritableMessage(SocketTransport transport) : IMessage
    {
        public void Run() => transport.OnWritable();
    }
}
