using Microsoft.Extensions.Logging;

namespace ActorLoop.TestKit;

/// <summary>A logger factory that keeps what is logged.</summary>
public sealed class RecordedLog : ILoggerFactory, ILogger
{
    private readonly List<LogEntry> _entries = [];

    /// <summary>What was logged so far, in order. Thread: any.</summary>
    public IReadOnlyList<LogEntry> Entries
    {
        get
        {
            lock (_entries)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>Thrown by every attempt to log, if set: a logger that is broken.</summary>
    public Exception? Failure { get; set; }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_entries)
        {
            _entries.Add(new LogEntry(logLevel, formatter(state, exception), exception));
        }

        if (Failure is not null)
        {
            throw Failure;
        }
    }

    public void Dispose()
    {
    }
}
