using ActorLoop.Execution;

namespace ActorLoop.Supervision;

/// <summary>One question: it ends with an answer, with its time, or with the actor.</summary>
internal sealed class PendingAsk<TReply>(Cell target) : ReplyTo<TReply>, IPendingAsk
{
    private static readonly Action<object?> s_timeout = static ask => ((PendingAsk<TReply>)ask!).TimedOut();

    private readonly TaskCompletionSource<TReply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimerHandle? _timer;
    private CancellationTokenRegistration _registration;
    private TimeSpan _timeout;

    public override bool IsCompleted => _answer.Task.IsCompleted;

    public Task<TReply> Task => _answer.Task;

    public int Index { get; set; } = -1;

    public override bool Send(TReply reply) => _answer.TrySetResult(reply) && End();

    public override bool Fail(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return _answer.TrySetException(exception) && End();
    }

    public void ActorTerminated()
    {
        if (_answer.TrySetException(new ActorTerminatedException($"Actor '{target.Path}' ended before it answered.")))
        {
            _ = End();
        }
    }

    /// <summary>Limits the wait. After the message was sent, because an answer may come at once.</summary>
    public void Limit(LoopCore core, TimeSpan timeout, CancellationToken token)
    {
        _timeout = timeout;
        if (timeout != Timeout.InfiniteTimeSpan && !IsCompleted)
        {
            try
            {
                _timer = core.CallLater(timeout, s_timeout, this);
            }
            catch (LoopClosedException)
            {
                ActorTerminated();
            }
        }

        if (token.CanBeCanceled && !IsCompleted)
        {
            _registration = token.UnsafeRegister(
                static (ask, canceled) => ((PendingAsk<TReply>)ask!).Canceled(canceled), this);
        }

        if (IsCompleted)
        {
            // It ended while the limits were being set, and may not have seen them.
            _timer?.Cancel();
            _registration.Unregister();
        }
    }

    private void TimedOut()
    {
        if (_answer.TrySetException(new TimeoutException($"Actor '{target.Path}' did not answer within {_timeout}.")))
        {
            _ = End();
        }
    }

    private void Canceled(CancellationToken token)
    {
        if (_answer.TrySetCanceled(token))
        {
            _ = End();
        }
    }

    private bool End()
    {
        _timer?.Cancel();
        _registration.Unregister();
        target.RemoveAsk(this);
        return true;
    }
}
