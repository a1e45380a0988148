using ActorLoop.Supervision;

namespace ActorLoop;

/// <summary>An orderly end in phases: one after the other, with what stands in one side by side, each with a deadline.</summary>
/// <remarks>
/// <para>Thread: any. See <see cref="ShutdownPhases"/> for the phases and <see cref="EventLoop.Shutdown"/> for that of a loop.</para>
/// <para>A task that fails is named in the report and holds up nobody. Deadlines are on a clock that does not jump.</para>
/// </remarks>
public sealed class CoordinatedShutdown
{
    private readonly CoordinatedShutdownOptions _options;
    private readonly Dictionary<string, List<ShutdownTask>> _tasks;
    private readonly Lock _gate = new();
    private TaskCompletionSource<ShutdownReport>? _run;

    /// <summary>Creates a shutdown with nothing to do.</summary>
    /// <param name="options">Its phases; null is all defaults.</param>
    public CoordinatedShutdown(CoordinatedShutdownOptions? options = null)
    {
        _options = options ?? new CoordinatedShutdownOptions();
        _tasks = _options.Phases.ToDictionary(phase => phase.Name, _ => new List<ShutdownTask>(), StringComparer.Ordinal);
    }

    /// <summary>Why it runs; null as long as it does not.</summary>
    public ShutdownReason? Reason { get; private set; }

    /// <summary>Whether it has begun.</summary>
    public bool IsRunning => Volatile.Read(ref _run) is not null;

    /// <summary>Its phases, in order.</summary>
    public IReadOnlyList<ShutdownPhase> Phases => _options.Phases;

    /// <summary>Told once, when it begins.</summary>
    internal Action? Starting { get; set; }

    /// <summary>
    /// Whether it goes on where it was called; otherwise on the pool, because it may be the loop it was called on that it stops.
    /// </summary>
    internal bool StaysOnContext { get; init; }

    /// <summary>Adds a task to a phase. Tasks of one phase run side by side.</summary>
    /// <param name="phase">A phase of <see cref="Phases"/> that has not begun.</param>
    /// <param name="name">For the report.</param>
    /// <param name="task">
    /// Called on a thread of the pool when the phase begins; its token is canceled when the time is up.
    /// </param>
    /// <returns>Disposed, it takes the task back, unless the phase has begun.</returns>
    /// <exception cref="ArgumentException">There is no such phase, or the name is empty.</exception>
    /// <exception cref="InvalidOperationException">The phase has begun.</exception>
    public IDisposable AddTask(string phase, string name, Func<CancellationToken, Task> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return Add(phase, name, new ShutdownTask(this, phase, name, token => Task.Run(() => task(token), CancellationToken.None)));
    }

    /// <summary>Runs the phases. Calling it again waits for the same end; the first reason counts.</summary>
    /// <param name="reason">Why; null is <see cref="ShutdownReason.Requested"/>.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="ShutdownFailedException">A phase failed that does not recover; those after it did not run.</exception>
    public Task<ShutdownReport> RunAsync(ShutdownReason? reason = null) => RunAsync(reason, phase => phase);

    /// <summary>Runs the phases, with some of them changed for this run.</summary>
    internal Task<ShutdownReport> RunAsync(ShutdownReason? reason, Func<ShutdownPhase, ShutdownPhase> change)
    {
        TaskCompletionSource<ShutdownReport> run;
        lock (_gate)
        {
            if (_run is not null)
            {
                return _run.Task;
            }

            Reason = reason ?? ShutdownReason.Requested;
            run = new TaskCompletionSource<ShutdownReport>(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _run, run);
        }

        Starting?.Invoke();
        _ = StaysOnContext
            ? RunPhasesAsync(run, Reason, change)
            : Task.Run(() => RunPhasesAsync(run, Reason, change), CancellationToken.None);
        return run.Task;
    }

    /// <summary>Adds a task of the library, which begins on the thread that ends the phase before, and does not block.</summary>
    internal void AddStep(string phase, string name, Func<CancellationToken, Task> step)
    {
        if (_tasks.ContainsKey(phase))
        {
            _ = Add(phase, name, new ShutdownTask(this, phase, name, step));
        }
    }

    internal void Remove(ShutdownTask task)
    {
        lock (_gate)
        {
            if (_tasks.TryGetValue(task.Phase, out List<ShutdownTask>? tasks))
            {
                tasks.Remove(task);
            }
        }
    }

    private ShutdownTask Add(string phase, string name, ShutdownTask task)
    {
        ArgumentException.ThrowIfNullOrEmpty(phase);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_options.Phases.Any(known => known.Name == phase))
        {
            throw new ArgumentException(
                $"There is no phase '{phase}'; there are {string.Join(", ", _options.Phases.Select(known => known.Name))}.", nameof(phase));
        }

        lock (_gate)
        {
            if (!_tasks.TryGetValue(phase, out List<ShutdownTask>? tasks))
            {
                throw new InvalidOperationException($"Phase '{phase}' of the shutdown has begun; task '{name}' comes too late.");
            }

            tasks.Add(task);
        }

        return task;
    }

    private async Task RunPhasesAsync(
        TaskCompletionSource<ShutdownReport> run, ShutdownReason reason, Func<ShutdownPhase, ShutdownPhase> change)
    {
        List<ShutdownPhaseReport> reports = [];
        try
        {
            foreach (ShutdownPhase known in _options.Phases)
            {
                ShutdownPhase phase = change(known);
                ShutdownPhaseReport report = await PhaseRun.RunAsync(phase, Take(phase), _options.TimeProvider);
                reports.Add(report);
                Tell(report);
                if (report.Failures.Count > 0 && !phase.Recover)
                {
                    throw new ShutdownFailedException(
                        $"Phase '{phase.Name}' failed, and the shutdown with it: {report.Failures[0].Value.Message}",
                        new AggregateException(report.Failures.Select(failure => failure.Value)));
                }
            }

            run.SetResult(new ShutdownReport(reason, reports));
        }
        catch (Exception failure)
        {
            run.SetException(failure);
        }
    }

    /// <summary>The tasks of a phase, which gets no more from now on.</summary>
    private List<ShutdownTask> Take(ShutdownPhase phase)
    {
        lock (_gate)
        {
            _ = _tasks.Remove(phase.Name, out List<ShutdownTask>? tasks);
            return phase.IsEnabled ? tasks ?? [] : [];
        }
    }

    private void Tell(ShutdownPhaseReport report)
    {
        try
        {
            _options.PhaseEnded?.Invoke(report);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            // Whoever only looks on must not keep the process from ending.
        }
    }
}
