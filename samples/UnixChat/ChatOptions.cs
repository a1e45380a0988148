namespace UnixChat;

/// <summary>What the command line asks for.</summary>
internal sealed record ChatOptions(string Path, int MaxUnsent);
