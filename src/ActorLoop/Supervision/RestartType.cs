namespace ActorLoop;

/// <summary>When a child is started again. The words are OTP's.</summary>
public enum RestartType
{
    /// <summary>After a failure that the strategy answers with a restart, and not when it ends by itself. Akka's way.</summary>
    Transient,

    /// <summary>As transient, and also when it ends by itself; not when somebody else stops it.</summary>
    Permanent,

    /// <summary>Never: a restart becomes a stop.</summary>
    Temporary,
}
