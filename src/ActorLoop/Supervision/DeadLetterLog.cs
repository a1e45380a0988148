using ActorLoop.Execution;
using Microsoft.Extensions.Logging;

namespace ActorLoop.Supervision;

/// <summary>Logs a sample of what reached nobody: the first ones, and then at most one a second with how many it stands for.</summary>
internal sealed partial class DeadLetterLog(LoopCore core, ILogger? logger)
{
    private const int Burst = 10;

    private readonly Lock _gate = new();
    private long _next;
    private long _left;
    private int _written;

    /// <summary>Thread: any.</summary>
    public void Write(Cell target, Type message)
    {
        if (logger is null)
        {
            return;
        }

        long left;
        lock (_gate)
        {
            long now = core.Clock.Ticks;
            if (_written >= Burst && now < _next)
            {
                _left++;
                return;
            }

            _written = now >= _next + TimeSpan.TicksPerSecond ? 1 : Math.Min(_written + 1, Burst);
            _next = now + TimeSpan.TicksPerSecond;
            left = _left;
            _left = 0;
        }

        try
        {
            LogDeadLetter(logger, message.Name, target.Path, left);
        }
        catch (Exception failure)
        {
            core.Errors.Warn($"The logger failed at a dead letter: {failure}");
        }
    }

    [LoggerMessage(
        20, LogLevel.Warning, "A {Message} for actor '{Path}' reached nobody; {Left} more were not logged", EventName = "DeadLetter")]
    private static partial void LogDeadLetter(ILogger logger, string message, string path, long left);
}
