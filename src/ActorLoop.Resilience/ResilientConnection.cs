using ActorLoop.Resilience.Connections;
using ActorLoop.Resilience.Execution;

namespace ActorLoop.Resilience;

/// <summary>
/// A client connection that comes back: an actor that keeps its path and its reference while connections and protocols come and go.
/// </summary>
/// <typeparam name="TProtocol">Type of the protocol; each connection gets a new one.</typeparam>
/// <remarks>Thread: that of the loop, except where a member says otherwise.</remarks>
public sealed class ResilientConnection<TProtocol> : IAsyncDisposable
    where TProtocol : StreamProtocol
{
    private readonly ConnectionStatus _status;

    internal ResilientConnection(ConnectionStatus status, ActorRef actor)
    {
        _status = status;
        Actor = actor;
    }

    /// <summary>The actor. Any thread may use it: to watch the connection, or to stop it.</summary>
    public ActorRef Actor { get; }

    /// <summary>What the connection is doing. Thread: any.</summary>
    public ResilientConnectionState State => _status.State;

    /// <summary>How many connections there were so far. Thread: any.</summary>
    public int ConnectionCount => _status.Count;

    /// <summary>The transport of the present connection; null while there is none.</summary>
    public ITransport? Transport => _status.Attempt?.Transport;

    /// <summary>The protocol of the present connection; null while there is none.</summary>
    public TProtocol? Protocol => (TProtocol?)_status.Attempt?.Protocol;

    /// <summary>Waits until there is a connection; done at once if there is one.</summary>
    /// <param name="cancellationToken">Ends the wait. Without one, canceling the loop's current task does.</param>
    /// <returns>The protocol. It may be lost again when the caller goes on.</returns>
    /// <exception cref="ObjectDisposedException">The connection has ended for good.</exception>
    public async Task<TProtocol> WaitConnectedAsync(CancellationToken cancellationToken = default) =>
        (TProtocol)(await _status.WaitConnectedAsync(Actor.Path, CallToken.Or(cancellationToken))).Protocol;

    /// <summary>Closes the connection for good, sending what was written. Thread: any.</summary>
    /// <param name="cancellationToken">Ends the wait, not the closing.</param>
    /// <returns>Done when it has ended.</returns>
    public Task CloseAsync(CancellationToken cancellationToken = default) => Actor.StopAsync(cancellationToken);

    /// <summary>The same as <see cref="CloseAsync"/>.</summary>
    /// <returns>Done when it has ended.</returns>
    public async ValueTask DisposeAsync() => await CloseAsync();
}
