namespace ActorLoop;

/// <summary>What happens when a child would have to be restarted more often than its strategy allows.</summary>
public enum OnExhausted
{
    /// <summary>Those that would have been restarted are stopped. Akka's way.</summary>
    Stop,

    /// <summary>The supervisor fails with the exception of the child, and its own supervisor decides. OTP's way.</summary>
    Escalate,
}
