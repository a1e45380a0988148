namespace ActorLoop;

/// <summary>How failures are counted against <see cref="SupervisorStrategy.MaxRetries"/> in a window of time.</summary>
public enum WindowKind
{
    /// <summary>
    /// A window opens with the first failure; the first failure after its end opens the next, with a count of one. Akka's way.
    /// </summary>
    Tumbling,

    /// <summary>The window always is the time before now: at most so many failures in any window. OTP's way.</summary>
    Sliding,
}
