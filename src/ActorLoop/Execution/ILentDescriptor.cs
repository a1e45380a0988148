namespace ActorLoop.Execution;

/// <summary>
/// An owner whose descriptor belongs to the user, who may close it or give it to somebody else at any time between two
/// operations.
/// </summary>
internal interface ILentDescriptor : IDescriptorOwner
{
    /// <summary>Leaves the table, unless an operation waits on a descriptor that is still open.</summary>
    bool TryLetGo();
}
