using System.Runtime.ExceptionServices;
using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Supervision;

/// <summary>The part of a loop that knows its actors: the root of their tree, and what is counted about them.</summary>
internal sealed class LoopActors
{
    private static readonly Action<object?> s_rethrow = static fatal => ExceptionDispatchInfo.Throw((Exception)fatal!);

    private readonly HashSet<Cell> _guests = [];
    private readonly ISupervisionEvents? _events;
    private readonly DeadLetterLog _deadLetters;
    private int _count;
    private long _failures;
    private long _restarts;

    public LoopActors(LoopCore core, EventLoopOptions options)
    {
        Core = core;
        _events = options.SupervisionEvents;
        _deadLetters = new DeadLetterLog(core, options.LoggerFactory?.CreateLogger("ActorLoop.Actors"));
        Root = new RootCell(this, options.ActorStrategy);
    }

    public LoopCore Core { get; }

    public RootCell Root { get; }

    /// <summary>Whose code runs now.</summary>
    public Cell? Current { get; set; }

    public int Count => Volatile.Read(ref _count);

    public long Failures => Interlocked.Read(ref _failures);

    public long Restarts => Interlocked.Read(ref _restarts);

    public void CountFailure() => Interlocked.Increment(ref _failures);

    public void CountRestart() => Interlocked.Increment(ref _restarts);

    /// <summary>A node of this loop was made. Thread: any.</summary>
    public void Added(Cell cell)
    {
        Interlocked.Increment(ref _count);
        if (IsGuest(cell))
        {
            lock (_guests)
            {
                _guests.Add(cell);
            }
        }
    }

    public void Removed(Cell cell)
    {
        Interlocked.Decrement(ref _count);
        if (IsGuest(cell))
        {
            lock (_guests)
            {
                _guests.Remove(cell);
            }
        }
    }

    /// <summary>Ends what one piece of user code did, before the next one runs in the same message.</summary>
    public void EndStep() => Core.EndStep();

    /// <summary>Lets an exception leave the run of the loop, when what is being done now is done.</summary>
    public void EndRun(FatalLoopException fatal)
    {
        if (!Core.TryPost(new Message(s_rethrow, fatal)))
        {
            ExceptionDispatchInfo.Throw(fatal);
        }
    }

    public void Notify<T>(Action<ISupervisionEvents, Cell, T> what, Cell cell, T argument)
    {
        if (_events is null)
        {
            return;
        }

        try
        {
            what(_events, cell, argument);
        }
        catch (FatalLoopException fatal)
        {
            EndRun(fatal);
        }
        catch (Exception failure)
        {
            Report($"An observer of supervision failed at actor '{cell.Path}'", failure);
        }
    }

    /// <summary>Tells the exception handler of the loop, which may end the run but not a transition that is half done.</summary>
    public void Report(string what, Exception failure)
    {
        try
        {
            Core.Errors.Report(new LoopExceptionContext(what) { Kind = LoopErrorKind.Actor, Exception = failure });
        }
        catch (FatalLoopException fatal)
        {
            EndRun(fatal);
        }
    }

    /// <summary>Counts a message that reached nobody. Thread: any.</summary>
    public void DeadLetter<T>(Cell target, T message)
    {
        Core.CountDeadLetter();
        _deadLetters.Write(target, typeof(T));
        if (_events is not null)
        {
            // Only for an observer is it worth a box.
            Notify(static (events, cell, letter) => events.DeadLetter(cell.Ref, letter), target, (object?)message);
        }
    }

    private bool IsGuest(Cell cell) => !ReferenceEquals(cell.Parent!.Host, this);

    /// <summary>The loop is closing: every actor ends now, the last first.</summary>
    public void Close()
    {
        Root.GiveUpAll();
        Cell[] guests;
        lock (_guests)
        {
            guests = [.. _guests];
        }

        foreach (Cell guest in guests)
        {
            _ = guest.Send(CellOp.GiveUp, from: null);
        }
    }
}
