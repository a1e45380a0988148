using System.Runtime.InteropServices;

namespace ActorLoop;

/// <summary>A child process. Mirrors asyncio's <c>SubprocessTransport</c>.</summary>
/// <remarks>
/// <para>Thread: the loop's.</para>
/// <para>
/// <see cref="IBaseTransport.Close"/> ends it all: the pipes are closed without sending what is buffered, and a child that runs is
/// killed, with its whole process group if it leads one. What it left behind otherwise is not touched.
/// </para>
/// <para>
/// Signals go to exactly this child, never to another process that has got its number. Where the child has exited, they do
/// nothing.
/// </para>
/// </remarks>
public interface ISubprocessTransport : IBaseTransport
{
    /// <summary>The child's process id. Mirrors <c>get_pid</c>.</summary>
    int ProcessId { get; }

    /// <summary>
    /// How the child ended: its exit status, or minus the number of the signal that killed it; null while it runs. When somebody
    /// else in this process has collected it, or SIGCHLD is ignored, Linux 6.15 and later still know; before it is 255, with a
    /// warning. Mirrors <c>get_returncode</c>.
    /// </summary>
    int? ReturnCode { get; }

    /// <summary>The transport of one of the child's pipes. Mirrors <c>get_pipe_transport</c>.</summary>
    /// <param name="descriptor">0 for its input, 1 for its output, 2 for its errors.</param>
    /// <returns>
    /// An <see cref="IWriteTransport"/> for 0, an <see cref="IReadTransport"/> for 1 and 2; null where the child has no pipe.
    /// </returns>
    IBaseTransport? GetPipeTransport(int descriptor);

    /// <summary>Sends a signal. Mirrors <c>send_signal</c>.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="wholeGroup">Whether it is for all processes of the group that the child leads.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such signal.</exception>
    /// <exception cref="InvalidOperationException">
    /// The transport has ended; or the child leads no group: it was started with neither
    /// <see cref="SubprocessOptions.NewSession"/> nor a <see cref="SubprocessOptions.ProcessGroup"/> of 0.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The child runs as somebody else.</exception>
    void SendSignal(PosixSignal signal, bool wholeGroup = false);

    /// <inheritdoc cref="SendSignal(PosixSignal, bool)"/>
    /// <param name="number">The system's number of the signal, 1 to 64.</param>
    /// <param name="wholeGroup">
    /// Whether it is for all processes of the group that the child leads. They get it also after the child has exited, until the
    /// transport ends; on kernels before 6.9 only while the child runs.
    /// </param>
    void SendSignal(int number, bool wholeGroup = false);

    /// <summary>Asks the child to end: SIGTERM. Mirrors <c>terminate</c>.</summary>
    /// <param name="wholeGroup">As for <see cref="SendSignal(int, bool)"/>.</param>
    void Terminate(bool wholeGroup = false);

    /// <summary>Ends the child: SIGKILL. Mirrors <c>kill</c>.</summary>
    /// <param name="wholeGroup">As for <see cref="SendSignal(int, bool)"/>.</param>
    void Kill(bool wholeGroup = false);
}
