using ActorLoop.Futures;
using ActorLoop.Scheduling;

namespace ActorLoop;

/// <content>How a task is canceled. See <see cref="LoopTask"/>.</content>
public partial class LoopTask
{
    private CancellationTokenSource? _cancellation;
    private string? _requestMessage;
    private int _cancelRequests;
    private bool _isCancelPending;
    private bool _isDeliveryPosted;
    private bool _mustForward;

    // What this task awaits; a list when parts of the body run side by side.
    private object? _awaited;

    /// <summary>
    /// Cancel requests that <see cref="Uncancel"/> has not taken back; also counted when the body ignored them. Mirrors
    /// <c>cancelling()</c>. Thread: any.
    /// </summary>
    public int CancelRequests => _cancelRequests;

    /// <summary>
    /// The token that a cancel request cancels. The body gets it as its argument; when <see cref="Uncancel"/> takes back the last
    /// request after the token was canceled, a new token takes its place here.
    /// </summary>
    public CancellationToken CancellationToken => (_cancellation ??= new CancellationTokenSource()).Token;

    private string AwaitedSummary => _awaited switch
    {
        IInterruptible one => one.ToString() ?? "",
        List<IInterruptible> several => string.Join(", ", several),
        _ => "",
    };

    /// <summary>Asks the task to end. Mirrors <c>cancel</c>.</summary>
    /// <param name="message">The message of the <see cref="OperationCanceledException"/> of a canceled task.</param>
    /// <returns>False when the task is done already, else true: the request was made.</returns>
    /// <remarks>
    /// <para>A task that has not started ends canceled without running its body. Else the future or task it awaits is canceled at
    /// once, and its token in the next turn, before the body goes on.</para>
    /// <para>The body decides: if it throws <see cref="OperationCanceledException"/>, or returns before the request reached
    /// it, the
    /// task is canceled; if it catches the exception and returns, the task has that result.</para>
    /// <para>An <c>await</c> of something that is no <see cref="LoopFuture"/> and no wait of a <see cref="LoopStream"/> ends
    /// only if it
    /// was given the token.</para>
    /// </remarks>
    /// <exception cref="InvalidOperationException">The loop runs on another thread.</exception>
    public override bool Cancel(string? message = null)
    {
        VerifyThread();
        if (IsDone)
        {
            return false;
        }

        _cancelRequests++;
        _requestMessage = message;
        _isCancelPending = true;
        if (_hasStarted)
        {
            PostDelivery();
            _mustForward |= !CancelAwaited(message);
        }

        return true;
    }

    /// <summary>
    /// Waits for this task without passing cancellation on to it: canceling the wait leaves the task running. Mirrors
    /// <c>shield</c>.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; where none is given, the cancellation of the current task does.</param>
    /// <returns>What becomes of this task, unless the wait is canceled first.</returns>
    public Task ShieldAsync(CancellationToken cancellationToken = default) => Task.WaitAsync(TaskToken.Or(cancellationToken));

    /// <summary>Takes one cancel request back; a request that was not delivered yet is forgotten with the last one.</summary>
    /// <returns>The requests that are left; never negative.</returns>
    /// <exception cref="InvalidOperationException">The loop runs on another thread.</exception>
    public int Uncancel()
    {
        VerifyThread();
        if (_cancelRequests > 0 && --_cancelRequests == 0)
        {
            _isCancelPending = false;
            _mustForward = false;
            _requestMessage = null;
            if (_cancellation is { IsCancellationRequested: true })
            {
                _cancellation = null;
            }
        }

        return _cancelRequests;
    }

    internal void AwaitStarted(IInterruptible awaited)
    {
        switch (_awaited)
        {
            case null:
                _awaited = awaited;
                break;
            case List<IInterruptible> several:
                several.Add(awaited);
                break;
            case IInterruptible first:
                _awaited = new List<IInterruptible> { first, awaited };
                break;
        }
    }

    internal void AwaitEnded(IInterruptible awaited)
    {
        if (ReferenceEquals(_awaited, awaited))
        {
            _awaited = null;
        }
        else if (_awaited is List<IInterruptible> several && several.Remove(awaited) && several.Count == 0)
        {
            _awaited = null;
        }
    }

    /// <summary>Whether the token is the one that a cancel request of this task cancels.</summary>
    internal bool Owns(CancellationToken token) => _cancellation is { } source && source.Token == token;

    /// <summary>
    /// Cancels the token without a cancel request: what the task works for is gone, and it may end as it likes.
    /// </summary>
    internal void CancelToken()
    {
        if (IsDone || _cancellation is not { IsCancellationRequested: false } source)
        {
            return;
        }

        foreach (IInterruptible awaited in Awaited())
        {
            awaited.TokenCanceled(source.Token);
        }

        source.Cancel();
    }

    private void PostDelivery()
    {
        // Before the continuation of the canceled await: a handler that asks "is my token canceled?" must find that it is.
        if (!_isDeliveryPosted)
        {
            _isDeliveryPosted = true;
            Host.TryPost(new Message((Action)DeliverCancel));
        }
    }

    private bool CancelAwaited(string? message)
    {
        bool accepted = false;
        foreach (IInterruptible awaited in Awaited())
        {
            accepted |= awaited.Cancel(message);
        }

        return accepted;
    }

    /// <summary>A copy, because whatever is canceled leaves the list.</summary>
    private IInterruptible[] Awaited() => _awaited switch
    {
        IInterruptible one => [one],
        List<IInterruptible> several => [.. several],
        _ => [],
    };

    private void DeliverCancel()
    {
        _isDeliveryPosted = false;
        if (!_isCancelPending || IsDone)
        {
            return;
        }

        _isCancelPending = false;
        if (_mustForward)
        {
            // Nothing could be interrupted when the request was made; since then the body may have begun to await something.
            _mustForward = false;
            CancelAwaited(_requestMessage);
        }

        _cancellation?.Cancel();
    }
}
