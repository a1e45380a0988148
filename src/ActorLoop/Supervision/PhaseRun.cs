namespace ActorLoop.Supervision;

/// <summary>Runs the tasks of one phase side by side, within its time.</summary>
internal static class PhaseRun
{
    public static async Task<ShutdownPhaseReport> RunAsync(ShutdownPhase phase, List<ShutdownTask> tasks, TimeProvider time)
    {
        long start = time.GetTimestamp();
        // Not disposed: tasks that come too late may still look at its token.
#pragma warning disable CA2000
        var deadline = new CancellationTokenSource();
#pragma warning restore CA2000
        Task[] running = [.. tasks.Select(task => task.Start(deadline.Token))];
        bool timedOut = !await EndAsync(Task.WhenAll(running), phase.Timeout, time);
        List<KeyValuePair<string, Exception>> failures = [];
        for (int i = 0; i < running.Length; i++)
        {
            if (FailureOf(running[i], phase) is { } failure)
            {
                failures.Add(new(tasks[i].Name, failure));
            }
        }

        if (timedOut)
        {
            // After the look at who is late: a task that ends because of this did not end in time.
            Observe(deadline.CancelAsync());
        }

        return new ShutdownPhaseReport(phase.Name, time.GetElapsedTime(start), tasks.Count, timedOut, failures);
    }

    private static async Task<bool> EndAsync(Task all, TimeSpan timeout, TimeProvider time)
    {
        if (timeout == TimeSpan.Zero && !all.IsCompleted)
        {
            Observe(all);
            return false;
        }

        try
        {
            await all.WaitAsync(timeout, time);
        }
        catch (Exception) when (all.IsCompleted)
        {
            // Each task is asked for its own failure.
        }
        catch (TimeoutException)
        {
            Observe(all);
            return false;
        }

        return true;
    }

    /// <summary>Nobody waits for it any more, so nobody hears how it failed.</summary>
    private static void Observe(Task task) => _ = task.ContinueWith(
        static late => _ = late.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    private static Exception? FailureOf(Task task, ShutdownPhase phase) => task switch
    {
        { IsCompletedSuccessfully: true } => null,
        { IsFaulted: true } => task.Exception!.InnerExceptions.Count == 1 ? task.Exception.InnerException : task.Exception,
        { IsCanceled: true } => new OperationCanceledException("The task was canceled."),
        _ => new TimeoutException($"The task was not done within the {phase.Timeout.TotalSeconds} s of phase '{phase.Name}'."),
    };
}
