namespace ActorLoop;

/// <summary>When a supervisor stops because children did that were marked as significant. The words are OTP's.</summary>
/// <remarks>Only children count that ended by themselves or for good after a failure, not those that were told to stop.</remarks>
public enum AutoShutdown
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>With the first significant child.</summary>
    AnySignificant,

    /// <summary>With the last significant child.</summary>
    AllSignificant,
}
