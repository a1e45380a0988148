namespace ActorLoop.Architecture.Tests;

/// <summary>The layers of src/ActorLoop: a file may use its own layer and what lies below, never what lies above.</summary>
internal static class Layers
{
    public const int FrontDoor = 5;

    /// <summary>Layer by folder; files directly in src/ActorLoop (the empty name) are the front door.</summary>
    public static IReadOnlyDictionary<string, int> ByFolder { get; } = new Dictionary<string, int>
    {
        [""] = FrontDoor,
        ["Connections"] = 4,
        ["Streams"] = 4,
        ["Processes"] = 4,
        ["Sockets"] = 4,
        ["Transports"] = 3,
        ["Supervision"] = 3,
        ["Execution"] = 2,
        ["Selectors"] = 2,
        ["Contracts"] = 2,
        ["Names"] = 2,
        ["Signals"] = 2,
        ["Executors"] = 2,
        ["Mailboxes"] = 1,
        ["Futures"] = 1,
        ["Scheduling"] = 0,
        ["Diagnostics"] = 0,
        ["Exceptions"] = 0,
    };

    /// <summary>Types of higher layers that lower layers may name, with the lowest layer that may.</summary>
    public static IReadOnlyDictionary<string, int> Seams { get; } = new Dictionary<string, int>
    {
        // A future, a server and a transport each know the loop they belong to; the abstract class is all they see.
        ["EventLoop"] = 1,

        // The options of a loop say what becomes of its actors; these are words for it and know nothing of the engine.
        ["SupervisorStrategy"] = 2,
        ["ISupervisionEvents"] = 2,
        ["CoordinatedShutdownOptions"] = 2,
    };
}
