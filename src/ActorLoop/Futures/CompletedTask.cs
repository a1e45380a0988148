namespace ActorLoop.Futures;

/// <summary>Takes the outcome out of a task that is complete, which blocks nobody.</summary>
internal static class CompletedTask
{
#pragma warning disable VSTHRD002 // The analyzer cannot see that the task is complete.
    public static T ResultOf<T>(Task<T> task) => task.GetAwaiter().GetResult();

    public static void ThrowIfFailed(Task task) => task.GetAwaiter().GetResult();

    /// <summary>The exception of a canceled task. Only throwing it brings it out, with the stack of whoever canceled.</summary>
    public static OperationCanceledException CancellationOf(Task task)
    {
        try
        {
            task.GetAwaiter().GetResult();
            return new TaskCanceledException(task);
        }
        catch (OperationCanceledException exception)
        {
            return exception;
        }
    }
#pragma warning restore VSTHRD002
}
