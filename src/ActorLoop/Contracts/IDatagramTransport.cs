using System.Net;

namespace ActorLoop;

/// <summary>A socket that sends and receives datagrams. Mirrors asyncio's <c>DatagramTransport</c>.</summary>
public interface IDatagramTransport : IBaseTransport
{
    /// <summary>The address of this end, or null when it has none yet. Mirrors the extra info <c>sockname</c>.</summary>
    EndPoint? LocalEndPoint { get; }

    /// <summary>
    /// Where datagrams go that name no receiver: the peer of a connected endpoint, or the target given with
    /// <see cref="DatagramOptions.AllowBroadcast"/>; null for an endpoint that talks to anybody.
    /// </summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>Which of the offloads that were asked for are at work.</summary>
    DatagramOffloads Offloads { get; }

    /// <summary>What went through so far, and what did not.</summary>
    DatagramStatistics Statistics { get; }

    /// <summary>
    /// What was sent and the system has not taken yet: the bytes of each datagram and eight for the datagram itself, so that
    /// empty
    /// ones count, too.
    /// </summary>
    int WriteBufferSize { get; }

    /// <summary>
    /// When the protocol is paused and resumed. A datagram that finds <see cref="WriteBufferLimits.Cap"/> already buffered is
    /// dropped, and <see cref="DatagramProtocol.ErrorReceived"/> is told with a <see cref="WriteBufferOverflowException"/>, once
    /// until the buffer is low again. Setting it pauses at once if the buffer is over the new high-water mark, but never resumes.
    /// </summary>
    WriteBufferLimits WriteBufferLimits { get; set; }

    /// <summary>Whether datagrams are being delivered: neither paused nor closing.</summary>
    bool IsReading { get; }

    /// <summary>
    /// Stops delivering datagrams; the system keeps what its buffer holds and drops the rest. Does nothing when paused.
    /// </summary>
    void PauseReading();

    /// <summary>Delivers datagrams again. Does nothing when not paused or closing.</summary>
    void ResumeReading();

    /// <summary>
    /// Sends a datagram. What one callback sends leaves together when the callback is over, or earlier once it is much; what the
    /// system does not take is sent later, in order and with its boundaries. Never blocks and never calls the protocol, except
    /// for <see cref="BaseProtocol.PauseWriting"/>.
    /// </summary>
    /// <param name="data">The datagram; it may be reused when the call returns. Empty is sent as an empty datagram.</param>
    /// <param name="remote">
    /// The receiver; null is <see cref="RemoteEndPoint"/>, and while that is set nothing else is allowed.
    /// </param>
    /// <remarks>After a close or an abort datagrams are dropped, and from the fifth on a warning is logged.</remarks>
    /// <exception cref="ArgumentException">
    /// No receiver where one is needed, another one than the peer, or one that this socket cannot send to.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread runs the loop.</exception>
    void SendTo(ReadOnlySpan<byte> data, EndPoint? remote = null);

    /// <summary>
    /// Ends the endpoint at once: what is buffered is dropped. <c>ConnectionLost(null)</c> follows in a later turn.
    /// </summary>
    void Abort();
}
