using ActorLoop.Futures;
using ActorLoop.Scheduling;

namespace ActorLoop;

/// <summary>An asynchronous method that runs on a loop, step by step. Mirrors asyncio's <c>Task</c>.</summary>
/// <remarks>
/// <para>Made by <see cref="EventLoop.CreateTask(Func{CancellationToken, Task}, string?)"/>. Every part of the body between two
/// awaits is a step: a message of its own, with <see cref="EventLoop.CurrentTask"/> set. The loop holds the task until it is
/// done.</para>
/// <para>The outcome is that of the body. A body that ends with an <see cref="OperationCanceledException"/>, whoever caused
/// it, makes
/// the task canceled, as a <c>CancelledError</c> does in asyncio. There is no way to set the outcome by hand.</para>
/// <para>Thread and ordering: as <see cref="LoopFuture"/>.</para>
/// </remarks>
public partial class LoopTask : LoopFuture
{
    private static long s_count;

    private readonly ExecutionContext? _context;
    private Func<CancellationToken, Task>? _body;
    private Task? _inner;
    private string? _name;
    private readonly long _number;
    private bool _isRegistered;
    private bool _hasStarted;

    internal LoopTask(IFutureHost host, Func<CancellationToken, Task> body, LoopTaskOptions options)
        : base(host)
    {
        _body = body;
        _context = options.Context ?? ExecutionContext.Capture();
        _name = options.Name;
        if (_name is null)
        {
            _number = Interlocked.Increment(ref s_count);
        }
    }

    /// <summary>Name for logs and debuggers. Default: "Task-N", counted over the whole process. Thread: any.</summary>
    public string Name
    {
        get => _name ??= $"Task-{_number}";
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _name = value;
        }
    }

    /// <summary>The context the body started in.</summary>
    internal ExecutionContext? Context => _context;

    /// <summary>
    /// What brings awaits back to this task; the dispatcher replaces it after every step that may have captured it.
    /// </summary>
    internal SynchronizationContext? StepContext { get; set; }

    private protected override string Kind => $"LoopTask {Name}";

    /// <summary>Describes the task for logs and debuggers.</summary>
    /// <returns>Its name and state, what it waits for and, in debug mode, where it was made.</returns>
    public override string ToString()
    {
        string waits = AwaitedSummary;
        return waits.Length == 0 ? base.ToString() : $"{base.ToString()}, awaits {waits}";
    }

    /// <summary>Runs or queues the first step.</summary>
    internal void Start(bool eager)
    {
        bool onLoop = Host.IsOnLoop;
        if (onLoop || !Loop.IsRunning)
        {
            Register();
        }

        if (eager && onLoop)
        {
            Host.RunStep(this, static task => ((LoopTask)task!).FirstStep(), this);
        }
        else if (!Host.TryPost(new Message((Action<object?>)(static task => ((LoopTask)task!).FirstStep()), this, scope: this)))
        {
            Abandon();
            throw new LoopClosedException(Loop.Name);
        }
    }

    private protected override TaskMirror CreateMirror() => new TaskMirror<ValueTuple>(null);

    private void Register()
    {
        // From another thread the task enters the loop's set with its first step; until then the mailbox holds it.
        if (!_isRegistered)
        {
            _isRegistered = true;
            Host.TaskStarted(this);
        }
    }

    private void FirstStep()
    {
        Register();
        if (_isCancelPending)
        {
            _body = null;
            FinishCanceled();
            return;
        }

        _hasStarted = true;
        try
        {
            RunBody();
        }
        catch (Exception exception)
        {
            FinishThrown(exception);
            return;
        }

        // Inline where the body ends, so that the task is done in the same step; continuations of it are posted all the same.
        _ = _inner!.ContinueWith(
            static (_, task) => ((LoopTask)task!).BodyEnded(),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private void RunBody()
    {
        if (_context is null)
        {
            InvokeBody();
        }
        else
        {
            ExecutionContext.Run(_context, static task => ((LoopTask)task!).InvokeBody(), this);
        }
    }

    private void InvokeBody()
    {
        Func<CancellationToken, Task> body = _body!;
        _body = null;
        _inner = body(CancellationToken) ?? throw new InvalidOperationException($"The body of {Kind} returned null instead of a task.");
    }
}
