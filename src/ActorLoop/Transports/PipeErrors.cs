using System.Runtime.InteropServices;

namespace ActorLoop.Transports;

/// <summary>Turns errno of pipes and files into exceptions.</summary>
internal static class PipeErrors
{
    public static IOException Create(int error, string what) =>
        new($"{what} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error}).", error);

    public static IOException ReaderGone() => Create(SocketErrors.BrokenPipe, "Writing to a pipe that nobody reads any more");
}
