namespace ActorLoop.TestKit;

/// <summary>A folder of its own for a test, with a name short enough for the paths of Unix sockets.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private int _last;

    public string Path { get; } = Directory.CreateTempSubdirectory("loop").FullName;

    /// <summary>A path in it that does not exist yet.</summary>
    public string NewPath() => System.IO.Path.Combine(Path, $"s{Interlocked.Increment(ref _last)}");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
