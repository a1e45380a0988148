namespace ActorLoop.Supervision;

/// <summary>Names a part of the network. It has no mailbox.</summary>
internal sealed class PartRef(PartNode node) : ActorRef(node);
