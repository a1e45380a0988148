using System.Net;
using Akka.Actor;

namespace ActorLoop.Akka;

/// <summary>What an actor hears of a connection, in the order of a protocol's callbacks.</summary>
/// <param name="Connection">
/// The actor of the connection: takes <see cref="ConnectionCommand"/>, and can be watched. It is the sender, too.
/// </param>
public abstract record ConnectionEvent(IActorRef Connection) : INoSerializationVerificationNeeded
{
    /// <summary>The connection is there: the first message.</summary>
    /// <param name="Connection">The actor of the connection.</param>
    /// <param name="LocalEndPoint">The address of this end, or null.</param>
    /// <param name="RemoteEndPoint">The address of the peer, or null.</param>
    public sealed record Connected(IActorRef Connection, EndPoint? LocalEndPoint, EndPoint? RemoteEndPoint)
        : ConnectionEvent(Connection);

    /// <summary>Bytes arrived. Answer with <see cref="Acknowledgement"/> when they were worked on, or reading ends soon.</summary>
    /// <param name="Connection">The actor of the connection.</param>
    /// <param name="Data">At least one byte, the receiver's own.</param>
    public sealed record Received(IActorRef Connection, ReadOnlyMemory<byte> Data) : ConnectionEvent(Connection)
    {
        /// <summary>The command that makes room for as many bytes again.</summary>
        public ConnectionCommand Acknowledgement => new ConnectionCommand.Acknowledge(Data.Length);
    }

    /// <summary>Too much is buffered: write no more until <see cref="WritingResumed"/>.</summary>
    /// <param name="Connection">The actor of the connection.</param>
    public sealed record WritingPaused(IActorRef Connection) : ConnectionEvent(Connection);

    /// <summary>Write again.</summary>
    /// <param name="Connection">The actor of the connection.</param>
    public sealed record WritingResumed(IActorRef Connection) : ConnectionEvent(Connection);

    /// <summary>
    /// The peer has sent all it will send. The connection is closed, unless <see
    /// cref="ActorRefProtocolOptions.KeepOpenOnPeerClosed"/> is set.
    /// </summary>
    /// <param name="Connection">The actor of the connection.</param>
    public sealed record PeerClosed(IActorRef Connection) : ConnectionEvent(Connection);

    /// <summary>The connection is over: the last message, exactly once.</summary>
    /// <param name="Connection">The actor of the connection, which stops.</param>
    /// <param name="Cause">Null after a close or abort here and after a clean end; else what ended it.</param>
    public sealed record Closed(IActorRef Connection, Exception? Cause) : ConnectionEvent(Connection);
}
