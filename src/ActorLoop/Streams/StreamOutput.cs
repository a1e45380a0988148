using System.IO.Pipelines;
using ActorLoop.Scheduling;

namespace ActorLoop.Streams;

/// <summary>The sending half of a stream: who waits until the transport takes more. Any number may.</summary>
internal sealed class StreamOutput(StreamConnection connection)
{
    private static readonly FlushResult s_ended = new(isCanceled: false, isCompleted: true);
    private static readonly FlushResult s_canceled = new(isCanceled: true, isCompleted: false);

    private readonly List<DrainWait> _waiting = [];
    private DrainWait? _kept;
    private bool _paused;
    private bool _flushCanceled;

    private bool IsOver => connection.IsLost || connection.Transport.IsClosing;

    /// <summary>Takes over from a protocol that may have been paused and will not be told again.</summary>
    public void TakeOver() => _paused = connection.Transport.WriteBufferSize > connection.Transport.WriteBufferLimits.High;

    public void Pause() => _paused = true;

    public void Resume()
    {
        _paused = false;
        foreach (DrainWait wait in _waiting)
        {
            wait.Succeed(default);
        }

        _waiting.Clear();
    }

    /// <summary>The connection has ended.</summary>
    public void End()
    {
        foreach (DrainWait wait in _waiting)
        {
            if (wait.IsForPipe)
            {
                wait.Succeed(s_ended);
            }
            else
            {
                wait.Fail(connection.Loss());
            }
        }

        _waiting.Clear();
    }

    public ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        if (connection.IsLost)
        {
            return ValueTask.FromException(connection.Loss());
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (_paused)
        {
            return Wait(Free(), forPipe: false, cancellationToken).UntypedAwaitable;
        }

        return connection.Transport.IsClosing ? OneTurnAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        if (_flushCanceled)
        {
            _flushCanceled = false;
            return new ValueTask<FlushResult>(s_canceled);
        }

        if (IsOver)
        {
            return new ValueTask<FlushResult>(s_ended);
        }

        return _paused ? Wait(Free(), forPipe: true, cancellationToken).Awaitable : default;
    }

    public void CancelPendingFlush()
    {
        if (_waiting.Find(wait => wait.IsForPipe) is { } flush)
        {
            _waiting.Remove(flush);
            flush.Succeed(s_canceled);
        }
        else
        {
            _flushCanceled = true;
        }
    }

    public void Withdraw(DrainWait wait) => _waiting.Remove(wait);

    /// <summary>
    /// What is written goes nowhere any more: a loop that writes and drains must let the end of the connection get through.
    /// </summary>
    private ValueTask OneTurnAsync(CancellationToken cancellationToken)
    {
        // Not a kept one: it must not be somebody else's wait by the time the message runs.
        DrainWait wait = Wait(new DrainWait(this, connection.Core), forPipe: false, cancellationToken);
        connection.Core.TryPost(new Message((Action)(() =>
        {
            if (_waiting.Remove(wait))
            {
                wait.Succeed(default);
            }
        })));
        return wait.UntypedAwaitable;
    }

    private DrainWait Free() => _kept is { IsFree: true } kept ? kept : _kept = new DrainWait(this, connection.Core);

    private DrainWait Wait(DrainWait wait, bool forPipe, CancellationToken cancellationToken)
    {
        wait.Begin(cancellationToken);
        wait.IsForPipe = forPipe;
        _waiting.Add(wait);
        return wait;
    }
}
