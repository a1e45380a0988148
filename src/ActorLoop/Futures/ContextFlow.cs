namespace ActorLoop.Futures;

/// <summary>Carries the caller's context into a continuation whose owner does not do it himself.</summary>
internal static class ContextFlow
{
    public static Action Wrap(Action continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        ExecutionContext? context = ExecutionContext.Capture();
        return context is null
            ? continuation
            : () => ExecutionContext.Run(context, static action => ((Action)action!)(), continuation);
    }
}
