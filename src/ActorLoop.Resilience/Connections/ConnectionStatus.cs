namespace ActorLoop.Resilience.Connections;

/// <summary>What outlives the single connections, and the restarts of the actor that makes them.</summary>
internal sealed class ConnectionStatus
{
    private readonly Action<ResilientConnectionState>? _changed;
    private TaskCompletionSource<ConnectionAttempt>? _waiting;
    private volatile ConnectionAttempt? _attempt;
    private volatile ResilientConnectionState _state;
    private volatile int _count;

    public ConnectionStatus(Action<ResilientConnectionState>? changed) => _changed = changed;

    public ResilientConnectionState State => _state;

    public int Count => _count;

    public ConnectionAttempt? Attempt => _attempt;

    /// <summary>The target that was connected to last, which the next execution begins with.</summary>
    public int Target { get; private set; }

    public void Connected(ConnectionAttempt attempt)
    {
        Target = attempt.TargetIndex;
        _attempt = attempt;
        _count++;
        Enter(ResilientConnectionState.Connected);
        Interlocked.Exchange(ref _waiting, null)?.SetResult(attempt);
    }

    public void Lost()
    {
        _attempt = null;
        if (_state == ResilientConnectionState.Connected)
        {
            Enter(ResilientConnectionState.Connecting);
        }
    }

    public void Closed(string name)
    {
        _attempt = null;
        if (_state != ResilientConnectionState.Closed)
        {
            Enter(ResilientConnectionState.Closed);
        }

        Interlocked.Exchange(ref _waiting, null)?.SetException(Ended(name));
    }

    public Task<ConnectionAttempt> WaitConnectedAsync(string name, CancellationToken cancellationToken)
    {
        if (_state == ResilientConnectionState.Closed)
        {
            return Task.FromException<ConnectionAttempt>(Ended(name));
        }

        if (_attempt is { } attempt)
        {
            return Task.FromResult(attempt);
        }

        _waiting ??= new TaskCompletionSource<ConnectionAttempt>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.Task.WaitAsync(cancellationToken);
    }

    private void Enter(ResilientConnectionState state)
    {
        _state = state;
        _changed?.Invoke(state);
    }

    private static ObjectDisposedException Ended(string name) => new(name, $"The connection '{name}' has ended for good.");
}
