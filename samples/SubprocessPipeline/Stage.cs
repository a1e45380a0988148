using ActorLoop;

namespace SubprocessPipeline;

/// <summary>One program of the pipeline.</summary>
internal sealed class Stage(string command, LoopProcess process)
{
    private const int SignalBase = 128;
    private const int BrokenPipe = 13;

    public string Command => command;

    public LoopProcess Process => process;

    /// <summary>Bytes that it has written so far.</summary>
    public long Written { get; set; }

    public string State => process.ReturnCode switch
    {
        null => "running",
        0 => "done",
        _ when FoundNoReader => "done, nobody reads on",
        < 0 and { } signal => $"ended by signal {-signal}",
        { } status => $"failed with {status}",
    };

    /// <summary>As a shell would say it; that the next program did not read to the end is no failure of this one.</summary>
    public int ExitCode => process.ReturnCode switch
    {
        null => 0,
        _ when FoundNoReader => 0,
        < 0 and { } signal => SignalBase - signal,
        { } status => status,
    };

    /// <summary>The one as the system tells it, the other as a shell does that has waited for it.</summary>
    private bool FoundNoReader => process.ReturnCode is -BrokenPipe or SignalBase + BrokenPipe;
}
