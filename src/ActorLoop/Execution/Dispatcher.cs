using System.Runtime.CompilerServices;
using ActorLoop.Scheduling;

namespace ActorLoop.Execution;

/// <summary>
/// Runs one message: in its scope, with its exception reported, and with nothing of it left behind for the next.
/// </summary>
internal sealed class Dispatcher(LoopCore core)
{
    private readonly SlowCallbackWatch _watch = new(core);
    private LoopSynchronizationContext _context = new(core, task: null);
    private long _allocationMark;

    /// <summary>The task whose step runs now.</summary>
    public LoopTask? CurrentTask { get; private set; }

    /// <summary>Tells that the loop itself allocated inside the running message, which captures nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Allocated(long bytes) => _allocationMark += bytes;

    /// <summary>Makes the loop's context current on this thread for a run.</summary>
    public void Begin()
    {
        ExecutionContext.Restore(DefaultContext.Instance);
        RenewContext();
        // A fatal exception ends a run in the middle of a message: what that one left behind is tidied up here.
        CurrentTask?.StepContext = null;
        CurrentTask = null;
        core.Flushes.Run();
    }

    public void Run(in Message message)
    {
        if (core.Debug)
        {
            _watch.Start();
        }

        object? scope = message.Scope;
        if (scope is not null)
        {
            Enter(scope);
        }

        try
        {
            message.Invoke();
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Failed(message, failure);
        }

        core.Flushes.Run();
        Leave();
        if (core.Debug)
        {
            _watch.Stop(message);
        }
    }

    /// <summary>Tidies up between two steps of a message that belongs to no task.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EndStep()
    {
        core.Flushes.Run();
        Leave();
    }

    /// <summary>Runs a step inside the message that runs now, and returns to its scope.</summary>
    public void RunStep(LoopTask task, Action<object?> step, object? state)
    {
        LoopTask? outer = CurrentTask;
        SynchronizationContext? outerContext = SynchronizationContext.Current;
        ExecutionContext? outerExecution = ExecutionContext.Capture();
        try
        {
            CurrentTask = task;
            SynchronizationContext.SetSynchronizationContext(new LoopSynchronizationContext(core, task));
            step(state);
        }
        finally
        {
            CurrentTask = outer;
            SynchronizationContext.SetSynchronizationContext(outerContext);
            ExecutionContext.Restore(outerExecution ?? DefaultContext.Instance);
        }
    }

    private void Enter(object scope)
    {
        if (scope is ExecutionContext execution)
        {
            ExecutionContext.Restore(execution);
        }
        else
        {
            LoopTask task = CurrentTask = (LoopTask)scope;
            SynchronizationContext.SetSynchronizationContext(task.StepContext ?? NewStepContext(task));
        }
    }

    private SynchronizationContext NewStepContext(LoopTask task)
    {
        task.StepContext = new LoopSynchronizationContext(core, task);
        // The context itself must not count as an allocation of the step: one that awaits without allocating keeps it.
        _allocationMark = GC.GetAllocatedBytesForCurrentThread();
        return task.StepContext;
    }

    /// <summary>
    /// Why an allocation counts: awaiting a task always allocates, so a message that allocated nothing captured nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Leave()
    {
        if (GC.GetAllocatedBytesForCurrentThread() != _allocationMark)
        {
            CurrentTask?.StepContext = null;
            RenewContext();
        }
        else if (SynchronizationContext.Current != _context)
        {
            SynchronizationContext.SetSynchronizationContext(_context);
        }

        CurrentTask = null;
        if (!ReferenceEquals(ExecutionContext.Capture(), DefaultContext.Instance))
        {
            ExecutionContext.Restore(DefaultContext.Instance);
        }
    }

    private void RenewContext()
    {
        _context = new LoopSynchronizationContext(core, task: null);
        SynchronizationContext.SetSynchronizationContext(_context);
        _allocationMark = GC.GetAllocatedBytesForCurrentThread();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Failed(in Message message, Exception failure)
    {
        var handle = message.Target as Handle;
        LoopTask? task = CurrentTask;
        string what = handle?.ToString() ?? Diagnostics.MessageName.Of(message);
        core.Errors.Report(new LoopExceptionContext($"Exception in callback {what}")
        {
            Kind = LoopErrorKind.Callback,
            Exception = failure,
            Handle = handle,
            Task = task,
            SourceTrace = handle?.Trace?.ToString(),
        });
    }
}
