using ActorLoop.Scheduling;

namespace ActorLoop.Execution;

/// <summary>One watched descriptor: which messages its readiness becomes.</summary>
internal sealed class Registration(nint descriptor, int slot, uint generation)
{
    public nint Descriptor => descriptor;

    public int Slot => slot;

    /// <summary>Never the raw descriptor: its number may belong to somebody else by the time an event arrives.</summary>
    public long Token { get; } = ((long)generation << 32) | (uint)slot;

    /// <summary>The transport or server that owns the descriptor; null when the user watches it.</summary>
    public IDescriptorOwner? Owner { get; init; }

    /// <summary>The context in which the messages of an owner run; handles bring their own.</summary>
    public ExecutionContext? Context { get; set; }

    public IMessage? Reader { get; set; }

    public IMessage? Writer { get; set; }

    /// <summary>What the selector watches for now.</summary>
    public SelectorEvents Interest { get; set; }

    /// <summary>What the selector reported last.</summary>
    public SelectorEvents Seen { get; set; }

    /// <summary>Whether the selector knows the descriptor; it does not while a dead connection is parked.</summary>
    public bool IsWatched { get; set; }

    public ExecutionContext? ContextOf(IMessage message) => Owner is null ? ((Handle)message).Context : Context;
}
