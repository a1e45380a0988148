namespace ActorLoop;

/// <summary>How a group of loops is made.</summary>
public sealed record EventLoopGroupOptions
{
    /// <summary>Name of the group, first part of the names of its loops. Default: "group".</summary>
    public string Name { get; init; } = "group";

    /// <summary>How each loop is made; its name is chosen by the group. Default: all defaults.</summary>
    public EventLoopOptions Loop { get; init; } = new();

    /// <summary>Who waits for the operating system. Default: every loop for itself.</summary>
    public SelectorSharing SelectorSharing { get; init; }
}
