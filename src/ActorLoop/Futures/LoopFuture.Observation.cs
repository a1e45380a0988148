namespace ActorLoop;

/// <content>Failures that nobody looks at. See <see cref="LoopFuture"/>.</content>
public abstract partial class LoopFuture
{
    private volatile bool _isObserved;
    private volatile TimerHandle? _gracePeriod;
    private volatile bool _isWatched;

    /// <summary>
    /// Reports the failure unless somebody has observed it; at the end of the grace period or when the loop closes.
    /// </summary>
    internal void ReportIfUnobserved()
    {
        Unwatch();
        if (!_isObserved)
        {
            _isObserved = true;
            Host.ReportNeverRetrieved(this, StoredException!);
        }
    }

    private protected void MarkObserved()
    {
        if (_isObserved)
        {
            return;
        }

        _isObserved = true;
        if (!_isWatched)
        {
            return;
        }

        // The loop's set of failures is not for other threads; a closed loop has emptied it.
        if (Host.IsOnLoop || !Loop.IsRunning)
        {
            Unwatch();
        }
        else
        {
            Host.TryPost(new Scheduling.Message((Action)Unwatch));
        }
    }

    private void WatchFailure()
    {
        // A closed loop has nobody to report to; one that is closing reports what it finds at the end.
        if (_isObserved || (Host.IsClosed && !Host.IsOnLoop))
        {
            return;
        }

        _isWatched = true;
        Host.FailureUnobserved(this);
        if (!Host.IsClosed)
        {
            _gracePeriod = Host.CallLater(
                Host.UnobservedExceptionDelay, static future => ((LoopFuture)future!).ReportIfUnobserved(), this);
        }
    }

    private void Unwatch()
    {
        if (_isWatched)
        {
            _isWatched = false;
            _gracePeriod?.Cancel();
            _gracePeriod = null;
            Host.FailureObserved(this);
        }
    }
}
