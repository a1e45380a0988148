namespace ActorLoop.Execution;

/// <summary>A transport or server, which must let go of its descriptor when the loop closes.</summary>
internal interface IDescriptorOwner
{
    void LoopClosing();
}
