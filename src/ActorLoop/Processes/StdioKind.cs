namespace ActorLoop.Processes;

/// <summary>What a standard descriptor of a child leads to.</summary>
internal enum StdioKind
{
    Pipe,
    Inherit,
    Null,
    Stdout,
    Handle,
}
