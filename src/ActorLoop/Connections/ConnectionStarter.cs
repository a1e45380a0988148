using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>Turns an accepted descriptor into a transport with its protocol, on the loop that will own it.</summary>
internal sealed class ConnectionStarter(LoopCore core, Func<StreamProtocol> factory, TransportOptions options, ITransportOwner? owner)
{
    /// <summary>Null when the connection could not be set up; it is closed and reported then.</summary>
    public SocketTransport? Start(in AcceptedSocket accepted)
    {
        var socket = new SocketHandle(accepted.Descriptor, managed: null);
        try
        {
            if (!accepted.IsSetUp)
            {
                options.Apply(accepted.Descriptor);
            }

            StreamProtocol protocol = factory() ?? throw new InvalidOperationException("The protocol factory returned null.");
            StreamProtocol first = options.Tls is { } tls ? new TlsTransport(core, protocol, tls) : protocol;
            var transport = new SocketTransport(core, socket, first, options, accepted.Peer, owner) { BoundTo = accepted.Local };
            transport.PostStart();
            return transport;
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            socket.Close();
            core.Errors.Report(new LoopExceptionContext($"Setting up the connection of {accepted.Peer} failed")
            {
                Kind = LoopErrorKind.Accept,
                Exception = failure,
            });
            return null;
        }
    }
}
