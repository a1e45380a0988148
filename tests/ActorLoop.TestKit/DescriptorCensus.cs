namespace ActorLoop.TestKit;

/// <summary>Which descriptors this process has open (Linux), to find out what a test left behind.</summary>
/// <remarks>
/// The process is shared by all test classes, so a class that counts belongs to the collection "census", which runs alone:
/// <c>[Collection(Census.Name)]</c>. Run the code once before the first census: the runtime opens descriptors of its own
/// the first time a socket or a process is used.
/// </remarks>
public sealed class DescriptorCensus
{
    private const string Folder = "/proc/self/fd";

    private readonly Dictionary<string, string> _open;

    private DescriptorCensus(Dictionary<string, string> open) => _open = open;

    /// <summary>How many there are.</summary>
    public int Count => _open.Count;

    /// <summary>Counts now.</summary>
    public static DescriptorCensus Take() => new(Read());

    /// <summary>Runs an action twice and fails if the second time left a descriptor open.</summary>
    public static void NothingLeftBy(Action action)
    {
        action();
        DescriptorCensus before = Take();
        action();
        before.WaitUntilNothingNew();
    }

    /// <summary>
    /// Waits until every descriptor that was opened since this census is closed again; fails when one stays.
    /// </summary>
    public void WaitUntilNothingNew()
    {
        List<string> fresh = [];
        try
        {
            Patience.WaitFor(() => (fresh = NewSince()).Count == 0, "descriptors closed");
        }
        catch (TimeoutException)
        {
            throw new InvalidOperationException($"Left open: {string.Join(", ", fresh)}.");
        }
    }

    /// <summary>What is open now and was not, or was something else, at this census.</summary>
    public List<string> NewSince() =>
        [.. Read()
            .Where(now => !_open.TryGetValue(now.Key, out string? then) || then != now.Value)
            .Select(now => $"{now.Key} {now.Value}")];

    private static Dictionary<string, string> Read()
    {
        var open = new Dictionary<string, string>();
        foreach (string path in Directory.GetFiles(Folder))
        {
            // A link that has gone was the listing's own descriptor; the target names the kind and, for sockets, which one.
            // The compiler of the runtime may load assemblies at any time.
            if (Target(path) is { } target
                && !target.EndsWith("/fd", StringComparison.Ordinal)
                && !target.EndsWith(".dll", StringComparison.Ordinal))
            {
                open[Path.GetFileName(path)] = target;
            }
        }

        return open;
    }

    private static string? Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
