namespace Signals;

/// <summary>What the command line asks for.</summary>
internal sealed record GreetingOptions(string Host, int Port, string GreetingFile, TimeSpan DrainTime);
