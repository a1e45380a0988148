namespace ActorLoop.Benchmarks.Parts;

/// <summary>A future that is created, completed by a callback, and awaited: request and answer within one loop.</summary>
internal sealed class FutureRoundTrip : LoopPart
{
    public const int Total = 500_000;
    private const int Coroutines = 100;
    private readonly Action<object?> _complete = static future => ((LoopFuture<int>)future!).SetResult(1);

    public override string Name => $"Future completed and awaited, {Coroutines} coroutines";

    public override int Operations => Total;

    protected override void Begin() => _ = RunAllAsync();

    private async Task RunAllAsync()
    {
        var running = new Task[Coroutines];
        for (int i = 0; i < Coroutines; i++)
        {
            running[i] = AskAsync();
        }

        await Task.WhenAll(running);
        Loop.Stop();
    }

    private async Task AskAsync()
    {
        for (int i = 0; i < Total / Coroutines; i++)
        {
            LoopFuture<int> future = Loop.CreateFuture<int>();
            Loop.Post(_complete, future);
            await future;
        }
    }
}
