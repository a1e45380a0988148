using Akka.Actor.Setup;

namespace ActorLoop.Akka;

/// <summary>
/// Gives loops to an actor system, so that its configuration can name them:
/// <c>ActorSystem.Create("edge", BootstrapSetup.Create().WithConfig(config).And(new ActorLoopSetup(group.Loops)))</c>.
/// </summary>
public sealed class ActorLoopSetup : Setup
{
    private readonly Dictionary<string, EventLoop> _loops = [];

    /// <summary>Loops, each by its own name.</summary>
    /// <param name="loops">The loops.</param>
    /// <exception cref="ArgumentException">Two loops have the same name.</exception>
    public ActorLoopSetup(params IEnumerable<EventLoop> loops)
    {
        ArgumentNullException.ThrowIfNull(loops);
        foreach (EventLoop loop in loops)
        {
            if (!_loops.TryAdd(loop.Name, loop))
            {
                throw new ArgumentException($"Two loops are named '{loop.Name}'.", nameof(loops));
            }
        }
    }

    /// <summary>The loop of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The loop, or null when no loop has it.</returns>
    public EventLoop? Find(string name) => _loops.GetValueOrDefault(name);
}
