using ActorLoop.Scheduling;

namespace ActorLoop.Execution;

/// <summary>Runs tasks of the base class library as messages of the loop.</summary>
internal sealed class LoopTaskScheduler : TaskScheduler
{
    private readonly LoopCore _core;
    private readonly Action<object?> _execute;

    public LoopTaskScheduler(LoopCore core)
    {
        _core = core;
        _execute = task => TryExecuteTask((Task)task!);
    }

    public override int MaximumConcurrencyLevel => 1;

    protected override void QueueTask(Task task) => _core.Post(new Message(_execute, task));

    /// <remarks>
    /// Only what was never queued may run in place: <c>RunSynchronously</c> on the loop's thread would wait for itself otherwise.
    /// </remarks>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && _core.IsOnLoop && TryExecuteTask(task);

    /// <remarks>For debuggers only; what is queued cannot be listed without stopping the loop.</remarks>
    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
