using System.Globalization;
using System.Text;
using ActorLoop.Supervision;

namespace ActorLoop;

/// <summary>The group as a node of the supervised tree.</summary>
public sealed partial class EventLoopGroup
{
    private static long s_lastUid;

    private readonly long _uid = Interlocked.Increment(ref s_lastUid);
    private PartSlot _node;

    /// <summary>
    /// The group as a node of the supervised tree. It has ended when every loop is closed. Stopping it is <see cref="StopAsync(TimeSpan)"/>
    /// with five seconds for connections, killing it is <see cref="DisposeAsync"/>. It receives no messages. Thread: any.
    /// </summary>
    public ActorRef Actor => _node.NodeOf(this).Ref;

    /// <summary>
    /// Prints the tree of the group: its servers, then each loop with its actors, servers and some of its connections. Thread: any.
    /// </summary>
    /// <returns>Several lines; a snapshot that was not taken at one instant.</returns>
    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{_options.Name}  {((IPart)this).Summary}");
        foreach (IPart server in Servers())
        {
            TreePrinter.Part(text, server, depth: 1);
        }

        foreach (EventLoop loop in Loops)
        {
            text.Append("\n  ").Append(loop.Describe().Replace("\n", "\n  ", StringComparison.Ordinal));
        }

        return text.ToString();
    }

    string IPart.Summary => $"group of {Loops.Count} loops  {(Completion.IsCompleted ? "closed" : _isStopping ? "stopping" : "running")}";

    EventLoop IPart.Loop => Loops[0];

    string IPart.NodeName => _options.Name;

    long IPart.NodeUid => _uid;

    IPart? IPart.Whole => null;

    void IPart.StopPart() => _ = StopAsync(TimeSpan.FromSeconds(5));

    void IPart.KillPart() => _ = StopAsync(TimeSpan.Zero);
}
