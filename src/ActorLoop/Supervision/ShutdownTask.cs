namespace ActorLoop.Supervision;

/// <summary>A task of a phase, and the way to take it back.</summary>
internal sealed class ShutdownTask(
    CoordinatedShutdown shutdown, string phase, string name, Func<CancellationToken, Task> start) : IDisposable
{
    public string Phase => phase;

    public string Name => name;

    /// <summary>Begins; what is thrown at once is the failure of the task.</summary>
    public Task Start(CancellationToken cancellationToken)
    {
        try
        {
            return start(cancellationToken) ?? Task.FromException(new InvalidOperationException("The task is null."));
        }
        catch (Exception failure)
        {
            return Task.FromException(failure);
        }
    }

    public void Dispose() => shutdown.Remove(this);
}
