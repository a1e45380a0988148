using System.Runtime.CompilerServices;

namespace ActorLoop.Selectors;

/// <summary>Translates between <see cref="SelectorEvents"/> and the bits that poll and epoll share.</summary>
internal static class PollBits
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint FromEvents(SelectorEvents events) =>
        ((uint)events & Interop.POLLIN) | (((uint)events << 1) & Interop.POLLOUT);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SelectorEvents ToEvents(uint bits) =>
        (SelectorEvents)((bits & Interop.POLLIN)
            | ((bits & Interop.POLLOUT) >> 1)
            | ((bits & Interop.POLLHUP) >> 2)
            | (bits & Interop.POLLERR));
}
