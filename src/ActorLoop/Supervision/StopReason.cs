namespace ActorLoop.Supervision;

/// <summary>Why a node ends; a later value overrules an earlier one.</summary>
internal enum StopReason : byte
{
    None,

    /// <summary>It has done what it was for.</summary>
    Self,

    /// <summary>It failed, and its supervisor chose to end it.</summary>
    Failed,

    /// <summary>Somebody wants it: it is not started again, and its end says nothing about it.</summary>
    Ordered,
}
