namespace ActorLoop.Akka;

/// <summary>A supervised loop ended although nobody stopped it; its actor fails with this.</summary>
public sealed class LoopLostException : Exception
{
    /// <summary>Creates the exception.</summary>
    public LoopLostException()
        : this("The loop ended although nobody stopped it.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What ended the loop.</param>
    public LoopLostException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
