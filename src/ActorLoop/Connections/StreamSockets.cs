using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>What connections and servers are made of, by the kind of loop.</summary>
internal abstract class StreamSockets
{
    private static readonly StreamSockets s_readiness = new OverReadiness();
    private static readonly StreamSockets s_completions = new OverCompletions();

    public static StreamSockets Of(LoopCore core) => core.UsesCompletions ? s_completions : s_readiness;

    /// <summary>Takes over a socket that somebody else connected or accepted.</summary>
    public abstract SocketHandle Adopt(Socket socket);

    /// <summary>Takes over a descriptor that was opened for this loop.</summary>
    public abstract SocketHandle Own(int descriptor);

    public abstract Listener NewListener(LoopCore core, ListeningSocket socket, int backlog, bool passesOptions, IConnectionSink sink);

    public abstract ConnectionAttempt NewAttempt(ConnectionRace race, int number, IPEndPoint target);

    public abstract StreamTransport NewTransport(
        LoopCore core, SocketHandle socket, StreamProtocol protocol, TransportOptions options, EndPoint? remote, ITransportOwner? owner);

    private sealed class OverReadiness : StreamSockets
    {
        public override SocketHandle Adopt(Socket socket) => SocketHandle.Adopt(socket);

        public override SocketHandle Own(int descriptor) => new(descriptor, managed: null);

        public override Listener NewListener(
            LoopCore core, ListeningSocket socket, int backlog, bool passesOptions, IConnectionSink sink) =>
            new ReadinessListener(core, socket, backlog, passesOptions, sink);

        public override ConnectionAttempt NewAttempt(ConnectionRace race, int number, IPEndPoint target) =>
            new ReadinessAttempt(race, number, target);

        public override StreamTransport NewTransport(
            LoopCore core,
            SocketHandle socket,
            StreamProtocol protocol,
            TransportOptions options,
            EndPoint? remote,
            ITransportOwner? owner) =>
            new SocketTransport(core, socket, protocol, options, remote, owner);
    }

    private sealed class OverCompletions : StreamSockets
    {
        public override SocketHandle Adopt(Socket socket) => SocketHandle.AdoptForCompletions(socket);

        public override SocketHandle Own(int descriptor) => new SocketHandle(descriptor, managed: null).ForCompletions();

        public override Listener NewListener(
            LoopCore core, ListeningSocket socket, int backlog, bool passesOptions, IConnectionSink sink) =>
            new CompletionListener(core, socket, backlog, passesOptions, sink);

        public override ConnectionAttempt NewAttempt(ConnectionRace race, int number, IPEndPoint target) =>
            new CompletionAttempt(race, number, target);

        public override StreamTransport NewTransport(
            LoopCore core,
            SocketHandle socket,
            StreamProtocol protocol,
            TransportOptions options,
            EndPoint? remote,
            ITransportOwner? owner) =>
            new CompletionTransport(core, socket, protocol, options, remote, owner);
    }
}
