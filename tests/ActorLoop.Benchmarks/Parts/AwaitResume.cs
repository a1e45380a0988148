namespace ActorLoop.Benchmarks.Parts;

/// <summary>Coroutines that give way and are resumed through the mailbox.</summary>
internal sealed class AwaitResume(int coroutines) : LoopPart
{
    public const int Total = 1_000_000;

    public override string Name => coroutines == 1 ? "Await and resume" : $"Await and resume, {coroutines} coroutines";

    public override int Operations => Total;

    protected override void Begin() => _ = RunAllAsync();

    private async Task RunAllAsync()
    {
        var running = new Task[coroutines];
        for (int i = 0; i < coroutines; i++)
        {
            running[i] = GiveWayAsync(Total / coroutines);
        }

        await Task.WhenAll(running);
        Loop.Stop();
    }

    private static async Task GiveWayAsync(int times)
    {
        for (int i = 0; i < times; i++)
        {
            await Task.Yield();
        }
    }
}
