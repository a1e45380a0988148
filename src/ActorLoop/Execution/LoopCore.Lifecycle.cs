using System.Runtime.ExceptionServices;
using ActorLoop.Scheduling;

namespace ActorLoop.Execution;

/// <summary>Running, stopping and closing.</summary>
internal sealed partial class LoopCore
{
    private static readonly Action s_nothing = static () => { };

    [ThreadStatic]
    private static LoopCore? t_current;

    private int _running;
    private volatile bool _stopping;
    private volatile bool _closing;
    private volatile bool _sealed;
    private int _closed;
    private SavedContext _saved;

    /// <summary>Raised when closing begins, for the parts above whose users may still post and write.</summary>
    public event Action? Closing;

    /// <summary>Raised at the end of closing, for the parts above that hold resources of their own.</summary>
    public event Action? Closed;

    /// <summary>The loop that runs on the calling thread.</summary>
    public static LoopCore? Current => t_current;

    public bool IsRunning => Volatile.Read(ref _running) != 0;

    /// <summary>
    /// Whether one thread has the loop until it is closed: also between two runs nobody else may touch what belongs to it.
    /// </summary>
    public bool HasThread { get; set; }

    public bool IsStopping => _stopping;

    public bool IsClosed => _closing;

    public void Run()
    {
        ThrowIfClosed();
        Enter();
        try
        {
            // At least one turn, also when a stop was asked for before: it polls without waiting and runs what is due.
            do
            {
                _turn.Run();
            }
            while (!_stopping);
        }
        finally
        {
            _stopping = false;
            Leave();
        }
    }

    public void Stop()
    {
        _stopping = true;
        if (!IsOnLoop)
        {
            // A message, and not only a wake-up: a loop that has looked at the flag and is about to sleep looks for
            // messages once more, but not for the flag.
            _ = Mailbox.PostSystem(new Message(s_nothing));
        }
    }

    public void ThrowIfRunning()
    {
        if (t_current is { } current)
        {
            throw new InvalidOperationException($"Loop '{current.Name}' is running on this thread; a thread runs one loop at a time.");
        }

        if (IsRunning)
        {
            throw new InvalidOperationException($"Loop '{Name}' is already running on another thread.");
        }
    }

    public void ThrowIfClosed()
    {
        if (_closing)
        {
            throw new LoopClosedException(Name);
        }
    }

    public void Close()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"Loop '{Name}' is running: stop it before it is closed.");
        }

        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        _closing = true;
        LoopCore? outer = t_current;
        SavedContext saved = SavedContext.Take();
        t_current = this;
        Mailbox.SetOwner(true);
        try
        {
            CloseOwned();
        }
        finally
        {
            Mailbox.SetOwner(false);
            t_current = outer;
            saved.Restore();
            _selector.Dispose();
            if (Debug)
            {
                Errors.Trace($"Loop '{Name}' is closed");
            }
        }
    }

    /// <summary>Called by the finalizer of a loop that nobody closed.</summary>
    public void Abandoned()
    {
        if (!_closing)
        {
            Errors.Warn($"Unclosed event loop '{Name}': close or dispose every loop.");
            _closing = true;
            _selector.Dispose();
            foreach (IDescriptorOwner owner in Registrations.Owners())
            {
                owner.LoopDropped();
            }
        }
    }

    private void Enter()
    {
        ThrowIfRunning();
        if (Interlocked.CompareExchange(ref _running, 1, 0) != 0)
        {
            throw new InvalidOperationException($"Loop '{Name}' is already running on another thread.");
        }

        t_current = this;
        _saved = SavedContext.Take();
        Mailbox.SetOwner(true);
        _dispatcher.Begin();
        SpinPolicy.LoopStarted();
    }

    private void Leave()
    {
        SpinPolicy.LoopStopped();
        Mailbox.SetOwner(false);
        t_current = null;
        _saved.Restore();
        Volatile.Write(ref _running, 0);
    }

    /// <summary>Ends everything the loop owns, then runs what other threads had posted before the mailbox was sealed.</summary>
    private void CloseOwned()
    {
        _dispatcher.Begin();
        Registrations.IsEnding = true;
        Closing?.Invoke();
        foreach (IDescriptorOwner owner in Registrations.Owners())
        {
            owner.LoopClosing();
        }

        // From here on nothing is accepted; what was accepted before is still in the mailbox, whoever posted it.
        _sealed = true;
        Mailbox.Seal();
        Mailbox.CollectSealed();
        FatalLoopException? fatal = RunAcceptedPosts();
        Timers.Clear();
        Registrations.Clear();
        Tasks.ReportAtClose();
        Closed?.Invoke();
        if (fatal is not null)
        {
            ExceptionDispatchInfo.Throw(fatal);
        }
    }

    /// <summary>Runs what is left in the sealed mailbox; a fatal exception, the first of them, waits until all has run.</summary>
    private FatalLoopException? RunAcceptedPosts()
    {
        FatalLoopException? fatal = null;
        while (Mailbox.Ready > 0)
        {
            Message message = Mailbox.Take();
            if (message.Target is Handle handle)
            {
                // asyncio drops pending callbacks at close; a post is a promise, and a connection must hear of its end.
                handle.Cancel();
                continue;
            }

            try
            {
                _dispatcher.Run(message);
            }
            catch (FatalLoopException failure)
            {
                fatal ??= failure;
                _dispatcher.Begin();
            }
        }

        return fatal;
    }

    /// <summary>What the thread had before a run, given back after it.</summary>
    private readonly struct SavedContext(SynchronizationContext? synchronization, ExecutionContext? execution)
    {
        public static SavedContext Take() => new(SynchronizationContext.Current, ExecutionContext.Capture());

        public void Restore()
        {
            SynchronizationContext.SetSynchronizationContext(synchronization);
            if (execution is not null)
            {
                ExecutionContext.Restore(execution);
            }
        }
    }
}
