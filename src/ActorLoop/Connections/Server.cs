using System.Net;

namespace ActorLoop;

/// <summary>Listening sockets and the connections accepted from them. Mirrors asyncio's <c>Server</c>.</summary>
/// <remarks>
/// <para>Thread: any. Calls of other threads than the loop's are posted to it, in order.</para>
/// <para><c>await using</c> closes the server and waits until its last connection is gone.</para>
/// </remarks>
public abstract class Server : IAsyncDisposable
{
    /// <summary>The loop that accepts.</summary>
    public abstract EventLoop Loop { get; }

    /// <summary>Whether connections are being accepted.</summary>
    public abstract bool IsServing { get; }

    /// <summary>
    /// The addresses that are bound, with the real ports; empty once the server is closed. Mirrors <c>sockets</c>.
    /// </summary>
    public abstract IReadOnlyList<EndPoint> EndPoints { get; }

    /// <summary>Connections that are open now.</summary>
    public abstract int ConnectionCount { get; }

    /// <summary>Connections accepted so far.</summary>
    public abstract long AcceptedCount { get; }

    /// <summary>
    /// The server as a node of the supervised tree, such as <c>edge/loop-0/echo</c>, and <c>edge/echo</c> over a group: to be named,
    /// watched and ended. It receives no messages. Made when it is asked for. Thread: any.
    /// </summary>
    /// <remarks>
    /// It has ended when <see cref="WaitClosedAsync"/> is done. Stopping it closes the server and then its connections, after what
    /// they have buffered was sent; killing it closes the server and aborts them.
    /// </remarks>
    public abstract ActorRef Actor { get; }

    /// <summary>Starts to accept, if the server does not yet. Mirrors <c>start_serving</c>.</summary>
    /// <returns>Done when connections are accepted.</returns>
    /// <exception cref="InvalidOperationException">The server is closed.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">Somebody else listens there by now; the server is closed.</exception>
    public abstract Task StartServingAsync();

    /// <summary>
    /// Accepts until canceled or closed. Cancellation closes the server and waits until its connections are gone. Mirrors
    /// <c>serve_forever</c>.
    /// </summary>
    /// <param name="cancellationToken">
    /// Ends serving; where none is given, the cancellation of the current <see cref="LoopTask"/> does.
    /// </param>
    /// <returns>
    /// Never completes successfully: ends with <see cref="OperationCanceledException"/> after cancellation or a close.
    /// </returns>
    /// <exception cref="InvalidOperationException">The server is closed, or somebody serves for ever already.</exception>
    public abstract Task ServeForeverAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops accepting and unbinds; connections stay open. Calling it again does nothing. Mirrors <c>close</c>.
    /// </summary>
    public abstract void Close();

    /// <summary>
    /// Waits until the server is closed and its last connection is gone, in either order. Mirrors <c>wait_closed</c>.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait, not the server.</param>
    /// <returns>Done when nothing is left.</returns>
    public abstract Task WaitClosedAsync(CancellationToken cancellationToken = default);

    /// <summary>Closes every connection after what it has buffered was sent. Mirrors <c>close_clients</c>.</summary>
    public abstract void CloseClients();

    /// <summary>Ends every connection at once and drops what is buffered. Mirrors <c>abort_clients</c>.</summary>
    public abstract void AbortClients();

    /// <summary>
    /// The orderly end: stops accepting, closes the connections after what they have buffered was sent, and aborts those
    /// that are left
    /// when the time is up.
    /// </summary>
    /// <param name="drainTimeout">How long connections may take; zero aborts at once.</param>
    /// <returns>How many connections had to be aborted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative and not infinite.</exception>
    public abstract Task<int> ShutdownAsync(TimeSpan drainTimeout);

    /// <summary>The same as <see cref="Close"/>, done when no loop accepts any more.</summary>
    internal virtual Task CloseAsync()
    {
        Close();
        return Task.CompletedTask;
    }

    /// <summary>Closes the server and waits until its last connection is gone.</summary>
    /// <returns>Done when nothing is left.</returns>
    public virtual async ValueTask DisposeAsync()
    {
        Close();
        await WaitClosedAsync();
        GC.SuppressFinalize(this);
    }
}
