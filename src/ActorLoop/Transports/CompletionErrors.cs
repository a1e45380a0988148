using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>Turns the error of a completed operation into an exception that says what failed.</summary>
internal static class CompletionErrors
{
    public static SocketException Create(SocketError error, string what)
    {
        // A fresh one brings the system's own text.
        var plain = new SocketException((int)error);
        return new SocketException((int)error, $"{what} failed: {plain.Message} ({error}).");
    }

    /// <summary>Whether the operation may be tried again when the system has room.</summary>
    public static bool IsTransient(SocketError error) =>
        error is SocketError.WouldBlock or SocketError.Interrupted or SocketError.NoBufferSpaceAvailable or SocketError.IOPending;
}
