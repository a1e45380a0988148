using System.Net;

namespace ActorLoop;

/// <summary>A stream connection in both directions. Mirrors asyncio's <c>Transport</c>.</summary>
public interface ITransport : IReadTransport, IWriteTransport
{
    /// <summary>The address of this end, or null when it is unknown. Mirrors the extra info <c>sockname</c>.</summary>
    EndPoint? LocalEndPoint { get; }

    /// <summary>The address of the peer, or null when it is unknown. Mirrors the extra info <c>peername</c>.</summary>
    EndPoint? RemoteEndPoint { get; }
}
