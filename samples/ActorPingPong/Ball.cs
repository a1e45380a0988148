using ActorLoop;

namespace ActorPingPong;

/// <summary>A message. It is a structure, and stays one: mailboxes do not box.</summary>
/// <param name="Left">How often it is still to be played.</param>
/// <param name="To">Who gets it next.</param>
/// <param name="From">Who gets it after that.</param>
internal readonly record struct Ball(int Left, ActorRef<Ball> To, ActorRef<Ball> From);
