namespace ActorLoop.SupervisionContract;

/// <summary>
/// One instance of a scripted actor, the same for every engine: the engine's own actor type calls these members from its hooks.
/// </summary>
/// <remarks>
/// Made in the factory of the engine's actor: the constructor may throw by script. <see cref="Context"/> is set before PreStart.
/// </remarks>
public sealed class ScriptedActor
{
    private readonly ActorScript _script;
    private readonly ScriptBoard _board;
    private readonly int _instance;

    public ScriptedActor(ActorScript script, string path, ScriptBoard board)
    {
        _script = script;
        _board = board;
        Path = path;
        _instance = board.NextInstance(path);
        if (script.RecordsFactory)
        {
            board.Record(path, "Factory");
        }

        FailIn(Hook.Factory);
    }

    /// <summary>Path below the world's root: the names, joined by slashes.</summary>
    public string Path { get; }

    public ActorScript Script => _script;

    public IScriptContext? Context { get; set; }

    public void PreStart()
    {
        Record("PreStart");
        FailIn(Hook.PreStart);
        foreach (ActorScript child in _script.Children)
        {
            if (!Context!.HasChild(child.Name))
            {
                Context.Spawn(child);
            }
        }
    }

    public void PostStop()
    {
        Record("PostStop");
        FailIn(Hook.PostStop);
    }

    /// <param name="reason">What the engine gave.</param>
    /// <param name="inherited">The engine's own PreRestart, which stops the children and calls <see cref="PostStop"/>.</param>
    public void PreRestart(Exception reason, Action inherited)
    {
        Record($"PreRestart {reason.Message}");
        FailIn(Hook.PreRestart);
        if (_script.KeepsChildren)
        {
            PostStop();
        }
        else
        {
            inherited();
        }
    }

    /// <param name="reason">What the engine gave.</param>
    /// <param name="inherited">The engine's own PostRestart, which calls <see cref="PreStart"/>.</param>
    public void PostRestart(Exception reason, Action inherited)
    {
        Record($"PostRestart {reason.Message}");
        FailIn(Hook.PostRestart);
        inherited();
    }

    /// <param name="path">Path of the actor that ended.</param>
    /// <param name="existenceConfirmed">Whether it was alive when the watching began.</param>
    /// <param name="inherited">What the engine does about a notice nobody handles.</param>
    public void Terminated(string path, bool existenceConfirmed, Action inherited)
    {
        if (_script.IgnoresTerminated)
        {
            inherited();
            return;
        }

        Record($"Terminated {path}{(existenceConfirmed ? "" : " (was dead)")}");
    }

    public ValueTask ReceiveAsync(ScriptMessage message)
    {
        switch (message)
        {
            case ScriptMessage.Note note:
                Record(note.Text);
                break;
            case ScriptMessage.Fail fail:
                throw fail.Cause;
            case ScriptMessage.StopSelf:
                Context!.StopSelf();
                break;
            case ScriptMessage.StopChild stop:
                Context!.StopChild(stop.Name);
                break;
            case ScriptMessage.Spawn spawn:
                Context!.Spawn(spawn.Script);
                break;
            case ScriptMessage.Watch watch:
                Context!.Watch(watch.Path);
                break;
            case ScriptMessage.WatchWith watch:
                Context!.WatchWith(watch.Path, new ScriptMessage.Note(watch.Text));
                break;
            case ScriptMessage.Unwatch unwatch:
                Context!.Unwatch(unwatch.Path);
                break;
            case ScriptMessage.Await wait:
                return new ValueTask(AwaitAsync(wait));
        }

        return default;
    }

    private async Task AwaitAsync(ScriptMessage.Await wait)
    {
        Record($"begin {wait.Gate}");
        await _board.Passed(wait.Gate).WaitAsync(wait.Cancelable ? Context!.Stopping : CancellationToken.None);
        if (wait.Cause is not null)
        {
            throw wait.Cause;
        }

        Record($"end {wait.Gate}");
    }

    private void Record(string what) => _board.Record(Path, what);

    private void FailIn(Hook hook)
    {
        if (_script.Fails?.Invoke(hook, _instance) is { } failure)
        {
            throw failure;
        }
    }
}
