using Microsoft.Extensions.Logging;

namespace ActorLoop.TestKit;

/// <summary>One line of a log.</summary>
public sealed record LogEntry(LogLevel Level, string Text, Exception? Exception);
