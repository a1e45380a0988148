namespace ActorLoop.Resilience.Connections;

/// <summary>Keeps one connection: connects, waits for the end of the connection, and begins again, until it is stopped.</summary>
internal sealed class ConnectionActor<TProtocol> : Actor<ConnectionActor<TProtocol>.Begin>
    where TProtocol : StreamProtocol
{
    private readonly ConnectionPlan<TProtocol> _plan;
    private readonly ConnectionStatus _status;

    public ConnectionActor(ConnectionPlan<TProtocol> plan, ConnectionStatus status)
    {
        _plan = plan;
        _status = status;
    }

    protected override void PreStart() => Context.Self.Tell(default);

    protected override async ValueTask ReceiveAsync(Begin message)
    {
        CancellationToken stopping = Context.Stopping;
        EventLoop loop = Context.Loop;
        while (true)
        {
            await loop.ExecuteAsync(_plan.Reconnect, LiveAsync, stopping);
        }
    }

    protected override void PostStop()
    {
        GiveUp();
        _status.Closed(Context.Self.Path);
    }

    // A restart goes on connecting, so that those who wait for a connection keep waiting.
    protected override void PreRestart(Exception reason, object? message) => GiveUp();

    private async ValueTask LiveAsync(CancellationToken stopping)
    {
        EventLoop loop = Context.Loop;
        int next = _status.Target;
        ConnectionAttempt attempt = await loop.ExecuteAsync(
            _plan.Connect, token => _plan.ConnectAsync(loop, next++, token), stopping);
        TimeSpan made = loop.Time;
        Task lost = attempt.Transport.Actor.WaitTerminatedAsync(CancellationToken.None);
        try
        {
            _status.Connected(attempt);
            await lost.WaitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The deadline of the actor bounds this wait; what is not sent by then is given up with it.
            attempt.Transport.Close();
            await lost;
            throw;
        }
        finally
        {
            _status.Lost();
        }

        if (loop.Time - made < _plan.StableAfter)
        {
            throw new ConnectionUnstableException(
                $"The connection to {attempt.Target} was lost after {(loop.Time - made).TotalMilliseconds:0} ms.");
        }
    }

    // After its deadline a connection that is still sending is not waited for.
    private void GiveUp()
    {
        _status.Attempt?.Transport.Abort();
        _status.Lost();
    }

    /// <summary>The one message: begin.</summary>
    internal readonly struct Begin;
}
