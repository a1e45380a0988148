namespace ActorLoop.Benchmarks.Parts;

/// <summary>Starting tasks and awaiting their end, a hundred at a time.</summary>
internal sealed class TaskSpawn : LoopPart
{
    public const int Total = 200_000;
    private const int AtOnce = 100;
    private readonly Func<CancellationToken, Task> _body = static _ => Task.CompletedTask;

    public override string Name => $"Task created, run and awaited, {AtOnce} at once";

    public override int Operations => Total;

    protected override void Begin() => _ = SpawnAsync();

    private async Task SpawnAsync()
    {
        var tasks = new LoopTask[AtOnce];
        for (int i = 0; i < Total / AtOnce; i++)
        {
            for (int j = 0; j < AtOnce; j++)
            {
                tasks[j] = Loop.CreateTask(_body);
            }

            foreach (LoopTask task in tasks)
            {
                await task;
            }
        }

        Loop.Stop();
    }
}
