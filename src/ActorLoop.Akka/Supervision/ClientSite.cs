using Akka.Actor;

namespace ActorLoop.Akka.Supervision;

/// <summary>How a client connection is made, now and after each loss. Thread: any.</summary>
internal sealed class ClientSite(
    SupervisedLoop loop, string name, Func<StreamProtocol> factory, string host, int port, SupervisedClientOptions options)
{
    private readonly TaskCompletionSource<IActorRef> _created = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SupervisedLoop Loop => loop;

    public string Name => name;

    public string Target => $"{host}:{port}";

    public SupervisedClientOptions Options => options;

    public Task<IActorRef> Created => _created.Task;

    public void TellCreated(IActorRef actor) => _created.TrySetResult(actor);

    public void TellFailed(Exception failure) => _created.TrySetException(failure);

    /// <summary>On the loop: connects and returns the cell of the connection.</summary>
    public async Task<ConnectionCell> ConnectAsync(CancellationToken cancellationToken)
    {
        ConnectionCell? cell = null;
        await loop.Loop.CreateConnectionAsync(
            () => (cell = new ConnectionCell(factory, RestartMode.Abort, made: null)).Protocol,
            host,
            port,
            options.Connection,
            cancellationToken);
        return cell!;
    }
}
