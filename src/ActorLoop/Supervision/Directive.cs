namespace ActorLoop;

/// <summary>What a supervisor does with a child that failed. Names and order are Akka's.</summary>
public enum Directive
{
    /// <summary>The message that failed is dropped; the child keeps its state and takes the next one.</summary>
    Resume,

    /// <summary>A new instance takes the place of the old one; reference, path and mailbox stay.</summary>
    Restart,

    /// <summary>The supervisor itself fails with the same exception, and its own supervisor decides.</summary>
    Escalate,

    /// <summary>The child ends.</summary>
    Stop,
}
