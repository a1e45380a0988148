using System.Globalization;
using ActorLoop.Diagnostics;
using ActorLoop.Scheduling;

namespace ActorLoop.Execution;

/// <summary>In debug mode, warns of messages that hold the loop for too long.</summary>
internal sealed class SlowCallbackWatch(LoopCore core)
{
    private long _started = -1;

    public void Start() => _started = core.Clock.Ticks;

    public void Stop(in Message message)
    {
        // Debug mode may have been switched on by the very message that ends here.
        if (_started < 0)
        {
            return;
        }

        var elapsed = TimeSpan.FromTicks(core.Clock.Ticks - _started);
        _started = -1;
        if (elapsed >= core.SlowCallbackDuration)
        {
            string seconds = elapsed.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture);
            core.Errors.Warn($"Executing {MessageName.Of(message)} took {seconds} seconds on loop {core.Name}");
        }
    }
}
