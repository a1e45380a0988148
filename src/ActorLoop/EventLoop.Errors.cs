namespace ActorLoop;

/// <summary>What happens to errors nobody caught, and debug mode.</summary>
public abstract partial class EventLoop
{
    /// <summary>
    /// Called with every error that nobody caught; null is <see cref="DefaultExceptionHandler"/>. A handler that throws is itself
    /// reported to the default handler, and the loop goes on. Mirrors <c>set_exception_handler</c> and
    /// <c>get_exception_handler</c>.
    /// </summary>
    public Action<EventLoop, LoopExceptionContext>? ExceptionHandler
    {
        get => Core.Errors.Handler;
        set => Core.Errors.Handler = value;
    }

    /// <summary>
    /// Debug mode: wrong-thread checks, slow-callback warnings, creation traces. Mirrors <c>set_debug</c> and
    /// <c>get_debug</c>.
    /// </summary>
    public bool Debug
    {
        get => Core.Debug;
        set => Core.Debug = value;
    }

    /// <summary>From which duration debug mode reports a callback as slow. Mirrors <c>slow_callback_duration</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan SlowCallbackDuration
    {
        get => Core.SlowCallbackDuration;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            Core.SlowCallbackDuration = value;
        }
    }

    /// <summary>Reports an error to the exception handler. Mirrors <c>call_exception_handler</c>.</summary>
    /// <param name="context">What is known about the error.</param>
    public void CallExceptionHandler(LoopExceptionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Core.Errors.Report(context);
    }

    /// <summary>
    /// Logs an error at level Error, the message first and everything else after it by name; without a logger it goes to standard
    /// error. Mirrors <c>default_exception_handler</c>. Thread: any.
    /// </summary>
    /// <param name="context">What is known about the error.</param>
    public void DefaultExceptionHandler(LoopExceptionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Core.Errors.LogDefault(context);
    }
}
