using System.IO.Pipelines;
using ActorLoop.Streams;

namespace ActorLoop;

/// <summary>Makes a stream of a connection that has a protocol, for parsers that read streams or pipes.</summary>
public static class TransportStreams
{
    /// <summary>
    /// Reads and writes a connection as a stream from now on. The protocol it had so far is told nothing more, not
    /// even of the end.
    /// </summary>
    /// <param name="transport">
    /// The connection. Call it in <c>ConnectionMade</c>, or later when nothing that came is still needed.
    /// </param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <returns>The stream. Close it, or the transport.</returns>
    /// <remarks>Thread: the loop's.</remarks>
    public static LoopStream AsStream(this ITransport transport, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        var connection = new StreamConnection(options ?? StreamOptions.Default, handler: null);
        connection.Attach(transport);
        transport.Protocol = connection;
        return new LoopStream(connection);
    }

    /// <summary>Reads and writes a connection as two pipes from now on. See <see cref="AsStream"/>.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <returns>The pipes. Completing both closes the connection.</returns>
    /// <remarks>Thread: the loop's.</remarks>
    public static IDuplexPipe AsDuplexPipe(this ITransport transport, StreamOptions? options = null) =>
        transport.AsStream(options);
}
