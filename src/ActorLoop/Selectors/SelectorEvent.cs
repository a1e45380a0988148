namespace ActorLoop;

/// <summary>One ready descriptor.</summary>
/// <param name="Token">The value the descriptor was registered with.</param>
/// <param name="Events">What is ready.</param>
public readonly record struct SelectorEvent(long Token, SelectorEvents Events);
