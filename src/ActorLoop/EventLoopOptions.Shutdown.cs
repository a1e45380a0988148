namespace ActorLoop;

/// <content>How a loop ends. See <see cref="EventLoopOptions"/>.</content>
public sealed partial record EventLoopOptions
{
    private readonly CoordinatedShutdownOptions _shutdown = new();

    /// <summary>How <see cref="EventLoop.Shutdown"/> goes; the clock is that of the loop. Default: all defaults.</summary>
    public CoordinatedShutdownOptions Shutdown
    {
        get => _shutdown;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Shutdown));
            _shutdown = value;
        }
    }

    /// <summary>
    /// Whether the first SIGINT or SIGTERM that <see cref="EventLoop.Run(Func{EventLoop, Task}, EventLoopOptions?)"/> hears runs
    /// <see cref="EventLoop.Shutdown"/>, which cancels the program in its last phase; else the program is canceled at once. Loops of
    /// a group: see <see cref="EventLoopGroupOptions.ShutdownOnSignals"/>. Default: no.
    /// </summary>
    public bool ShutdownOnSignals { get; init; }
}
