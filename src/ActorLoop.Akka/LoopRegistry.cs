namespace ActorLoop.Akka;

/// <summary>
/// Loops by name, for the whole process: for what Akka.NET creates out of its configuration, which has nothing else to find a
/// loop by. Thread: any.
/// </summary>
public static class LoopRegistry
{
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<string, EventLoop> s_loops = [];

    /// <summary>Makes a loop known by its own name.</summary>
    /// <param name="loop">The loop.</param>
    /// <returns>Forgets the name when it is disposed.</returns>
    /// <exception cref="ArgumentException">Another loop that is open has the name.</exception>
    public static IDisposable Register(EventLoop loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        return Register(loop.Name, loop);
    }

    /// <summary>Makes a loop known by a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="loop">The loop.</param>
    /// <returns>Forgets the name when it is disposed.</returns>
    /// <exception cref="ArgumentException">The name is empty, or another loop that is open has it.</exception>
    public static IDisposable Register(string name, EventLoop loop)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(loop);
        lock (s_gate)
        {
            if (s_loops.TryGetValue(name, out EventLoop? other) && other != loop && !other.IsClosed)
            {
                throw new ArgumentException($"The name '{name}' is taken by {other}.", nameof(name));
            }

            s_loops[name] = loop;
        }

        return new Registration(name, loop);
    }

    /// <summary>The loop of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The loop, or null when nobody has the name.</returns>
    public static EventLoop? Find(string name)
    {
        lock (s_gate)
        {
            return s_loops.GetValueOrDefault(name);
        }
    }

    private sealed class Registration(string name, EventLoop loop) : IDisposable
    {
        public void Dispose()
        {
            lock (s_gate)
            {
                if (s_loops.GetValueOrDefault(name) == loop)
                {
                    s_loops.Remove(name);
                }
            }
        }
    }
}
