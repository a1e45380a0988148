namespace ActorLoop.SupervisionContract;

/// <summary>What a scripted actor can be told to do.</summary>
public abstract record ScriptMessage
{
    /// <summary>Writes down the text.</summary>
    public sealed record Note(string Text) : ScriptMessage;

    /// <summary>Throws.</summary>
    public sealed record Fail(Exception Cause) : ScriptMessage;

    /// <summary>Ends itself.</summary>
    public sealed record StopSelf : ScriptMessage;

    /// <summary>Stops the child of that name.</summary>
    public sealed record StopChild(string Name) : ScriptMessage;

    /// <summary>Starts a child.</summary>
    public sealed record Spawn(ActorScript Script) : ScriptMessage;

    /// <summary>Watches the actor of that path; its end is written down.</summary>
    public sealed record Watch(string Path) : ScriptMessage;

    /// <summary>Watches the actor of that path; its end arrives as a <see cref="Note"/>.</summary>
    public sealed record WatchWith(string Path, string Text) : ScriptMessage;

    public sealed record Unwatch(string Path) : ScriptMessage;

    /// <summary>
    /// Writes down "begin GATE", awaits <see cref="ScriptBoard.Release"/> of that gate, then writes down "end GATE" or throws
    /// the cause.
    /// </summary>
    /// <param name="Gate">Which gate.</param>
    /// <param name="Cause">What it throws in the end; null is nothing.</param>
    /// <param name="Cancelable">Whether the stopping of the actor ends the wait.</param>
    public sealed record Await(string Gate, Exception? Cause = null, bool Cancelable = false) : ScriptMessage;
}
