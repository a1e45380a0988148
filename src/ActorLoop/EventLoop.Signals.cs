using System.Runtime.InteropServices;
using ActorLoop.Diagnostics;
using ActorLoop.Execution;
using ActorLoop.Signals;

namespace ActorLoop;

/// <summary>Signals of the operating system, as messages.</summary>
public abstract partial class EventLoop
{
    private SignalTable? _signals;

    /// <summary>
    /// Runs a callback on the loop for every delivery of a signal, instead of the signal's default action. A callback the signal
    /// already has on this loop is replaced. Mirrors <c>add_signal_handler</c>.
    /// </summary>
    /// <param name="signal">The signal, by .NET's name or, cast, by the system's number.</param>
    /// <param name="callback">What to run, as any callback of the loop.</param>
    /// <remarks>
    /// Thread: the loop's, or any while it does not run; unlike in Python it need not be the main thread. Several loops may
    /// handle one
    /// signal: each gets it. Closing the loop removes its handlers.
    /// </remarks>
    /// <exception cref="ArgumentException">There is no such signal, or it cannot be caught.</exception>
    /// <exception cref="LoopClosedException">The loop is closed.</exception>
    public void AddSignalHandler(PosixSignal signal, Action callback) => HandleSignal(SignalNumbers.Normalize(signal), callback);

    /// <inheritdoc cref="AddSignalHandler(PosixSignal, Action)"/>
    /// <param name="number">The system's number of the signal.</param>
    /// <param name="callback">What to run, as any callback of the loop.</param>
    public void AddSignalHandler(int number, Action callback) => HandleSignal(SignalNumbers.Normalize(number), callback);

    /// <summary>Ends <see cref="AddSignalHandler(PosixSignal, Action)"/>; the signal has its default action again.</summary>
    /// <param name="signal">The signal.</param>
    /// <returns>Whether this loop had a handler for it. Mirrors <c>remove_signal_handler</c>.</returns>
    public bool RemoveSignalHandler(PosixSignal signal) => ForgetSignal(SignalNumbers.Normalize(signal));

    /// <inheritdoc cref="RemoveSignalHandler(PosixSignal)"/>
    /// <param name="number">The system's number of the signal.</param>
    public bool RemoveSignalHandler(int number) => ForgetSignal(SignalNumbers.Normalize(number));

    private bool ForgetSignal(PosixSignal signal) => _signals is not null && _signals.Remove(signal);

    private void HandleSignal(PosixSignal signal, Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Core.CheckThread(nameof(AddSignalHandler));
        Core.ThrowIfClosed();
        _signals ??= new SignalTable(Core);
        CreationTrace? trace = Core.Debug ? CreationTrace.Capture() : null;
        _signals.Set(signal, new Handle(callback, null, DefaultContext.CaptureUnlessDefault(), trace));
    }
}
