using System.Net.Sockets;

namespace ActorLoop;

/// <summary>
/// A stream was read or drained although its connection had ended without being closed in order, or was closed here.
/// </summary>
/// <remarks>
/// The inner exception is what ended it: a <see cref="SocketException"/> after a reset; null after a close or abort
/// here.
/// </remarks>
public sealed class ConnectionLostException : IOException
{
    /// <summary>Creates the exception.</summary>
    public ConnectionLostException()
        : base("The connection is lost.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public ConnectionLostException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What ended the connection.</param>
    public ConnectionLostException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The error of the socket, or null when it was none that ended the connection.</summary>
    public SocketError? SocketErrorCode => (InnerException as SocketException)?.SocketErrorCode;
}
