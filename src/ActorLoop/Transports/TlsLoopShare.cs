using System.Runtime.CompilerServices;
using ActorLoop.Execution;

namespace ActorLoop.Transports;

/// <summary>What the TLS connections of one loop share: a limit for reports that peers can cause.</summary>
internal sealed class TlsLoopShare
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly ConditionalWeakTable<EventLoop, TlsLoopShare> s_byLoop = [];

    private TimeSpan _nextReport;
    private TimeSpan _nextWarning;
    private long _unreported;
    private long _unwarned;

    private TlsLoopShare()
    {
    }

    public static TlsLoopShare Of(EventLoop loop) => s_byLoop.GetValue(loop, static _ => new TlsLoopShare());

    /// <summary>Reports to the exception handler, at most once a second; the next report says how many were left out.</summary>
    public void Report(LoopCore core, LoopExceptionContext context)
    {
        if (MayTell(core, ref _nextReport, ref _unreported, out string others))
        {
            core.Errors.Report(others.Length == 0 ? context : context with { Message = context.Message + others });
        }
    }

    /// <summary>Logs what a peer did wrong, at most once a second.</summary>
    public void Warn(LoopCore core, string text)
    {
        if (MayTell(core, ref _nextWarning, ref _unwarned, out string others))
        {
            core.Errors.Warn(text + others);
        }
    }

    private static bool MayTell(LoopCore core, ref TimeSpan next, ref long left, out string others)
    {
        others = "";
        TimeSpan now = core.Loop.Time;
        if (now < next)
        {
            left++;
            return false;
        }

        if (left > 0)
        {
            others = $" ({left} others since the last report)";
            left = 0;
        }

        next = now + s_pause;
        return true;
    }
}
