namespace ActorLoop.Supervision;

/// <summary>The number in the name of a part, taken when somebody asks: most parts are never named. Thread: any.</summary>
internal struct LazyNumber
{
    private int _number;

    public int Of(LoopTree tree)
    {
        if (Volatile.Read(ref _number) == 0)
        {
            _ = Interlocked.CompareExchange(ref _number, tree.NextPartNumber(), 0);
        }

        return _number;
    }
}
