namespace ActorLoop.Processes;

/// <summary>The protocol under a <see cref="LoopProcess"/>: remembers the exit and the end for whoever waits.</summary>
internal sealed class ProcessProtocol : SubprocessProtocol
{
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ISubprocessTransport? _transport;

    public ISubprocessTransport Transport => _transport!;

    public Task<int> Exited => _exited.Task;

    /// <summary>Done when the child has exited and its pipes have ended.</summary>
    public Task Ended => _ended.Task;

    public override void ConnectionMade(ISubprocessTransport transport) => _transport = transport;

    public override void ProcessExited() => _exited.TrySetResult(Transport.ReturnCode!.Value);

    public override void ConnectionLost(Exception? exception) => _ended.TrySetResult();
}
