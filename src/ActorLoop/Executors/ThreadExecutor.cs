using System.Globalization;

namespace ActorLoop;

/// <summary>Named background threads, started when there is work and nobody is free. Mirrors <c>ThreadPoolExecutor</c>.</summary>
/// <remarks>Order: work starts first in, first out. Threads live until the executor is shut down.</remarks>
public sealed class ThreadExecutor : LoopExecutor
{
    private readonly object _gate = new();
    private readonly Queue<Action> _queue = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _threads;
    private int _idle;
    private bool _isShutDown;

    /// <summary>Creates an executor; no thread is started yet.</summary>
    /// <param name="name">The threads are called "name-1", "name-2" and so on.</param>
    /// <param name="maxThreads">Most threads at a time. Default: null, four more than the process has cores, at most 32.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxThreads"/> is zero or negative.</exception>
    public ThreadExecutor(string name = "worker", int? maxThreads = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (maxThreads is <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(maxThreads), maxThreads, "An executor needs at least one thread.");
        }

        Name = name;
        MaxThreads = maxThreads ?? Math.Min(32, Environment.ProcessorCount + 4);
    }

    /// <summary>First part of the names of the threads.</summary>
    public string Name { get; }

    /// <summary>Most threads at a time.</summary>
    public int MaxThreads { get; }

    /// <inheritdoc/>
    public override void Execute(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        lock (_gate)
        {
            if (_isShutDown)
            {
                throw new InvalidOperationException($"Executor '{Name}' was shut down and takes no more work.");
            }

            _queue.Enqueue(work);
            if (_queue.Count <= _idle)
            {
                Monitor.Pulse(_gate);
            }
            else if (_threads < MaxThreads)
            {
                StartThread();
            }
        }
    }

    /// <inheritdoc/>
    public override async Task<bool> ShutdownAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The timeout must be zero, positive or infinite.");
        }

        EndThreads();
        try
        {
            await _ended.Task.WaitAsync(timeout, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void EndThreads()
    {
        lock (_gate)
        {
            _isShutDown = true;
            Monitor.PulseAll(_gate);
            if (_threads == 0)
            {
                _ended.TrySetResult();
            }
        }
    }

    private void StartThread()
    {
        _threads++;

        // Unsafe: the thread outlives the work that started it and must not keep that work's context.
        new Thread(RunWork)
        {
            IsBackground = true,
            Name = string.Create(CultureInfo.InvariantCulture, $"{Name}-{_threads}"),
        }.UnsafeStart();
    }

    private void RunWork()
    {
        while (TryTake(out Action? work))
        {
            work();
        }

        lock (_gate)
        {
            if (--_threads == 0)
            {
                _ended.TrySetResult();
            }
        }
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Action? work)
    {
        lock (_gate)
        {
            while (!_queue.TryDequeue(out work))
            {
                if (_isShutDown)
                {
                    return false;
                }

                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }

            return true;
        }
    }
}
