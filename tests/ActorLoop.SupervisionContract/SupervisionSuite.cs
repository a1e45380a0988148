using Xunit;

namespace ActorLoop.SupervisionContract;

/// <summary>What every engine of supervision does. Derive, make a world, and all cases run.</summary>
public abstract partial class SupervisionSuite : IAsyncLifetime
{
    private ISupervisionWorld? _world;

    /// <summary>The world of the running case.</summary>
    protected ISupervisionWorld World => _world!;

    private IReadOnlyList<string> History => World.Board.History;

    protected abstract ISupervisionWorld CreateWorld();

    public ValueTask InitializeAsync()
    {
        _world = CreateWorld();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Skips the case where the engine lacks what it needs.</summary>
    protected void Requires(SupervisionAbilities abilities) =>
        Assert.SkipUnless((World.Abilities & abilities) == abilities, $"The engine has no {abilities & ~World.Abilities}.");

    private async Task StartAsync(ActorScript script)
    {
        World.Spawn(script);
        await World.SettleAsync();
    }

    private async Task TellAsync(string path, ScriptMessage message)
    {
        World.Tell(path, message);
        await World.SettleAsync();
    }

    /// <summary>Forgets the history, sends, settles, and compares what has happened.</summary>
    private async Task ExpectAsync(string path, ScriptMessage message, params string[] history)
    {
        World.Board.Clear();
        await TellAsync(path, message);
        Assert.Equal(history, History);
    }
}
