using ActorLoop.TestKit;

namespace ActorLoop.Tests.Files;

/// <summary>A file of known content that is gone after the test.</summary>
internal sealed class TestFile : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public TestFile(int size)
    {
        Content = TestBytes.Make(size);
        File.WriteAllBytes(_path, Content);
        Stream = File.OpenRead(_path);
    }

    public byte[] Content { get; }

    public FileStream Stream { get; }

    public void Dispose()
    {
        Stream.Dispose();
        File.Delete(_path);
    }
}
