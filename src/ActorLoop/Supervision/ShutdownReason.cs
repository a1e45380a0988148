using System.Runtime.InteropServices;

namespace ActorLoop;

/// <summary>Why a <see cref="CoordinatedShutdown"/> runs.</summary>
/// <param name="Description">For people.</param>
/// <param name="Exception">What broke, if anything did.</param>
public sealed record ShutdownReason(string Description, Exception? Exception = null)
{
    /// <summary>The program asked for it.</summary>
    public static ShutdownReason Requested { get; } = new("The program asked for it.");

    /// <summary>The signal that asked for it, if one did.</summary>
    public PosixSignal? Signal { get; init; }

    /// <summary>A signal asked for it.</summary>
    /// <param name="signal">The signal.</param>
    /// <returns>The reason.</returns>
    public static ShutdownReason FromSignal(PosixSignal signal) => new($"The process received {signal}.") { Signal = signal };

    /// <summary>Something broke that cannot be mended.</summary>
    /// <param name="exception">What broke.</param>
    /// <returns>The reason.</returns>
    public static ShutdownReason FromFailure(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new ShutdownReason(exception.Message, exception);
    }
}
