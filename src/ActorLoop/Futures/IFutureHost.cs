using ActorLoop.Scheduling;

namespace ActorLoop.Futures;

/// <summary>What futures and tasks need from the loop they belong to.</summary>
internal interface IFutureHost
{
    EventLoop Loop { get; }

    /// <summary>Whether the calling thread is running this loop now.</summary>
    bool IsOnLoop { get; }

    bool IsClosed { get; }

    bool Debug { get; }

    /// <summary>How long a failure may stay unobserved before it is reported.</summary>
    TimeSpan UnobservedExceptionDelay { get; }

    /// <summary>The task whose step runs now on this loop.</summary>
    LoopTask? CurrentTask { get; }

    /// <summary>
    /// Queues a message from any thread; a message whose scope is a <see cref="LoopTask"/> runs as a step of it. False once the
    /// loop is closed: the message is counted as a dead letter.
    /// </summary>
    bool TryPost(in Message message);

    TimerHandle CallLater(TimeSpan delay, Action<object?> callback, object? state);

    /// <summary>Runs <paramref name="step"/> now, synchronously, as a step of <paramref name="task"/>; for eager tasks.</summary>
    void RunStep(LoopTask task, Action<object?> step, object? state);

    /// <summary>Adds the task to the loop's strong set of unfinished tasks.</summary>
    void TaskStarted(LoopTask task);

    void TaskFinished(LoopTask task);

    /// <summary>Remembers a failure nobody has observed yet, so that closing the loop reports it at the latest.</summary>
    void FailureUnobserved(LoopFuture future);

    void FailureObserved(LoopFuture future);

    /// <summary>Gives "<c>{Type}</c> exception was never retrieved" to the exception handler.</summary>
    void ReportNeverRetrieved(LoopFuture future, Exception exception);
}
