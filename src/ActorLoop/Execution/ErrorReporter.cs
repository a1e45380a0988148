using System.Text;
using Microsoft.Extensions.Logging;

namespace ActorLoop.Execution;

/// <summary>
/// Brings errors that nobody caught to the loop's exception handler, and to the log when there is none or it fails too.
/// </summary>
internal sealed partial class ErrorReporter(EventLoop loop, ILogger? logger)
{
    /// <summary>The user's handler; null is the default one.</summary>
    public Action<EventLoop, LoopExceptionContext>? Handler { get; set; }

    public ILogger? Logger => logger;

    public void Report(LoopExceptionContext context)
    {
        Action<EventLoop, LoopExceptionContext>? handler = Handler;
        if (handler is null)
        {
            LogDefault(context);
            return;
        }

        // The handler sees the async locals of the callback that failed: of its task, its future or its handle.
        ExecutionContext? scope = context.Task?.Context ?? context.Handle?.Context;
        try
        {
            if (scope is null)
            {
                handler(loop, context);
            }
            else
            {
                ExecutionContext.Run(scope, _ => handler(loop, context), null);
            }
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            LogDefault(new LoopExceptionContext("Unhandled error in exception handler")
            {
                Kind = LoopErrorKind.ExceptionHandler,
                Exception = failure,
                Original = context,
            });
        }
    }

    /// <summary>Logs at level Error, or writes to standard error where the loop was given no logger: never silence.</summary>
    public void LogDefault(LoopExceptionContext context)
    {
        string text = Describe(context);
        try
        {
            if (logger is not null)
            {
                LogUnhandled(logger, context.Exception, text);
                return;
            }
        }
        catch (Exception failure)
        {
            // A logger that throws must not end the loop; standard error is what is left.
            text = WithLoggerFailure(text, failure);
        }

        StandardError.Write(context.Exception is null ? text : $"{text}{Environment.NewLine}{context.Exception}");
    }

    public void Warn(string text)
    {
        try
        {
            if (logger is not null)
            {
                LogWarning(logger, text);
                return;
            }
        }
        catch (Exception failure)
        {
            // Warnings come from inside the turn and from the finalizer: a logger that throws would end the loop or the process.
            text = WithLoggerFailure(text, failure);
        }

        StandardError.Write(text);
    }

    /// <summary>Whether anybody would read what is traced.</summary>
    public bool IsTraced => logger is not null && logger.IsEnabled(LogLevel.Debug);

    /// <param name="text">What happened.</param>
    /// <param name="notable">Level Information instead of Debug.</param>
    public void Trace(string text, bool notable = false)
    {
        try
        {
            if (logger is null)
            {
                return;
            }

            if (notable)
            {
                LogNotable(logger, text);
            }
            else
            {
                LogDebug(logger, text);
            }
        }
        catch (Exception failure)
        {
            StandardError.Write(WithLoggerFailure(text, failure));
        }
    }

    private static string WithLoggerFailure(string text, Exception failure) =>
        $"{text}{Environment.NewLine}The logger failed: {failure}";

    private static string Describe(LoopExceptionContext context)
    {
        var text = new StringBuilder(context.Message);
        void Line(string key, object? value)
        {
            if (value is not null)
            {
                text.AppendLine().Append(key).Append(": ").Append(value);
            }
        }

        // Alphabetically, as asyncio prints them.
        Line("async enumerator", context.AsyncEnumerator);
        Line("created", context.SourceTrace);
        Line("future", context.Future);
        Line("handle", context.Handle);
        Line("kind", context.Kind);
        Line("original error", context.Original is null ? null : $"{context.Original.Message} {context.Original.Exception}");
        Line("protocol", context.Protocol);
        Line("socket", context.Socket);
        Line("task", context.Task);
        Line("transport", context.Transport);
        return text.ToString();
    }

    [LoggerMessage(1, LogLevel.Error, "{Description}", EventName = "UnhandledError")]
    private static partial void LogUnhandled(ILogger logger, Exception? exception, string description);

    [LoggerMessage(2, LogLevel.Warning, "{Text}", EventName = "LoopWarning")]
    private static partial void LogWarning(ILogger logger, string text);

    [LoggerMessage(4, LogLevel.Information, "{Text}", EventName = "LoopNotable")]
    private static partial void LogNotable(ILogger logger, string text);

    [LoggerMessage(3, LogLevel.Debug, "{Text}", EventName = "LoopDebug")]
    private static partial void LogDebug(ILogger logger, string text);
}
