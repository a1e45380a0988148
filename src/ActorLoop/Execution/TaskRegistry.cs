namespace ActorLoop.Execution;

/// <summary>Holds unfinished tasks, so that none vanishes, and failures nobody has looked at, so that none is lost.</summary>
internal sealed class TaskRegistry(LoopCore core)
{
    private readonly Lock _gate = new();
    private readonly HashSet<LoopTask> _tasks = [];
    private readonly HashSet<LoopFuture> _failures = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _tasks.Count;
            }
        }
    }

    public LoopTask[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _tasks];
        }
    }

    public void Add(LoopTask task)
    {
        lock (_gate)
        {
            _tasks.Add(task);
        }
    }

    public void Remove(LoopTask task)
    {
        lock (_gate)
        {
            _tasks.Remove(task);
        }
    }

    public void AddFailure(LoopFuture future)
    {
        lock (_gate)
        {
            _failures.Add(future);
        }
    }

    public void RemoveFailure(LoopFuture future)
    {
        lock (_gate)
        {
            _failures.Remove(future);
        }
    }

    public void ReportNeverRetrieved(LoopFuture future, Exception exception)
    {
        RemoveFailure(future);
        string kind = future is LoopTask ? nameof(LoopTask) : nameof(LoopFuture);
        core.Errors.Report(new LoopExceptionContext($"{kind} exception was never retrieved")
        {
            Kind = LoopErrorKind.NeverRetrieved,
            Exception = exception,
            Future = future,
            Task = future as LoopTask,
            SourceTrace = future.CreationTrace?.ToString(),
        });
    }

    public void ReportAtClose()
    {
        LoopFuture[] failures;
        lock (_gate)
        {
            failures = [.. _failures];
        }

        foreach (LoopFuture future in failures)
        {
            future.ReportIfUnobserved();
        }

        foreach (LoopTask task in Snapshot())
        {
            if (!task.SuppressPendingReport)
            {
                core.Errors.Report(new LoopExceptionContext("Task was destroyed but it is pending!")
                {
                    Kind = LoopErrorKind.PendingTask,
                    Task = task,
                    SourceTrace = task.CreationTrace?.ToString(),
                });
            }

            // Its steps are gone with the mailbox, but another thread may wait for its Task.
            task.Abandon();
        }
    }
}
