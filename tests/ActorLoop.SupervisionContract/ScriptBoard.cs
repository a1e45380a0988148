using System.Collections.Concurrent;

namespace ActorLoop.SupervisionContract;

/// <summary>What the scripted actors of one world share: the history they write and the gates they wait at. Thread: any.</summary>
public sealed class ScriptBoard
{
    private readonly Lock _gate = new();
    private readonly List<string> _history = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    private readonly ConcurrentDictionary<string, int> _instances = new();

    /// <summary>What has happened so far, in order: "path what".</summary>
    public IReadOnlyList<string> History
    {
        get
        {
            lock (_gate)
            {
                return [.. _history];
            }
        }
    }

    /// <summary>Writes down what happened.</summary>
    public void Record(string path, string what)
    {
        lock (_gate)
        {
            _history.Add($"{path} {what}");
        }
    }

    /// <summary>Forgets what has happened, so that a test can look at what comes next.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _history.Clear();
        }
    }

    /// <summary>Opens a gate, for those who wait and those who come.</summary>
    public void Release(string gate) => Gate(gate).TrySetResult();

    /// <summary>Ends when the gate is opened.</summary>
    public Task Passed(string gate) => Gate(gate).Task;

    /// <summary>Counts the instances of the actor with this path.</summary>
    public int NextInstance(string path) => _instances.AddOrUpdate(path, 1, (_, count) => count + 1);

    private TaskCompletionSource Gate(string name) =>
        // Those who wait post themselves to where they belong; a hop over the thread pool before it would outrun the test.
        _gates.GetOrAdd(name, _ => new TaskCompletionSource());
}
