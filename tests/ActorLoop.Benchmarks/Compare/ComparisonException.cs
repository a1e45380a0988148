namespace ActorLoop.Benchmarks.Compare;

/// <summary>The comparison cannot run; the message says what is missing, in words for the person at the console.</summary>
internal sealed class ComparisonException(string message) : Exception(message);
