namespace ActorLoop.Futures;

/// <summary>Something a task awaits, and that canceling the task can end.</summary>
internal interface IInterruptible
{
    /// <summary>Ends the wait; false when it is over already.</summary>
    bool Cancel(string? message);

    /// <summary>The token of the awaiting task was canceled, although nobody canceled the task.</summary>
    void TokenCanceled(CancellationToken token);
}
