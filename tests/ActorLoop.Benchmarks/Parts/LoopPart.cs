namespace ActorLoop.Benchmarks.Parts;

/// <summary>A body that runs on a loop on the calling thread, from <see cref="Begin"/> until it stops the loop.</summary>
internal abstract class LoopPart : Part
{
    private readonly Action _begin;

    protected LoopPart() => _begin = Begin;

    protected EventLoop Loop { get; } = EventLoop.Create();

    public override void Run()
    {
        Loop.Post(_begin);
        Loop.RunForever();
    }

    public override void Dispose()
    {
        Loop.Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Called on the loop; whatever it starts ends with <see cref="EventLoop.Stop"/>.</summary>
    protected abstract void Begin();
}
