using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Supervision;

/// <summary>Calls of any thread for a part of one loop.</summary>
internal static class PartCall
{
    /// <summary>Makes the call at once on the loop, else as a message of it. A closed loop has ended its parts.</summary>
    public static void Make(LoopCore core, Action<object?> call, object part)
    {
        if (core.IsOnLoop)
        {
            call(part);
        }
        else
        {
            _ = core.TryPost(new Message(call, part));
        }
    }
}
