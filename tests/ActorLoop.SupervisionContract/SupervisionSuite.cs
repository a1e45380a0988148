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

    private static InvalidOperationException Boom(string text = "boom") => new(text);

    private static ScriptMessage.Fail Fail(string text = "boom") => new(Boom(text));

    private static ScriptMessage.Note Note(string text) => new(text);

    private static SupervisorStrategy Strategy(string kind, IDecider decider) => kind switch
    {
        "one" => new OneForOneStrategy { Decider = decider },
        "all" => new AllForOneStrategy { Decider = decider },
        _ => new RestForOneStrategy { Decider = decider },
    };

    private static SupervisorStrategy Strategy(string kind, Directive directive) => Strategy(kind, Decider.From(directive));

    /// <summary>A supervisor "sup" with children "a", "b" and "c".</summary>
    private static ActorScript Family(
        SupervisorStrategy strategy, Func<ActorScript, ActorScript>? ofChildren = null, Func<ActorScript, ActorScript>? own = null)
    {
        ofChildren ??= script => script;
        own ??= script => script;
        return own(new ActorScript("sup")
        {
            Strategy = strategy,
            Children = [ofChildren(new ActorScript("a")), ofChildren(new ActorScript("b")), ofChildren(new ActorScript("c"))],
        });
    }

    private void RequiresStrategy(string kind)
    {
        if (kind == "rest")
        {
            Requires(SupervisionAbilities.RestForOne);
        }
    }

    private async Task StartAsync(ActorScript script)
    {
        World.Spawn(script);
        await World.SettleAsync();
    }

    /// <summary>Sends, settles, and gives back what has happened since.</summary>
    private async Task<IReadOnlyList<string>> AfterAsync(string path, ScriptMessage message)
    {
        World.Board.Clear();
        World.Tell(path, message);
        await World.SettleAsync();
        return History;
    }

    private async Task<IReadOnlyList<string>> AfterStopAsync(string path)
    {
        World.Board.Clear();
        World.Stop(path);
        await World.SettleAsync();
        return History;
    }

    /// <summary>Compares in order, or, where the engine has none among siblings, what each actor did for itself.</summary>
    private void AssertHistory(IReadOnlyList<string> history, params string[] expected)
    {
        if ((World.Abilities & SupervisionAbilities.Ordered) != 0)
        {
            Assert.Equal(expected, history);
        }
        else
        {
            Assert.Equal(ByActor(expected), ByActor(history));
        }
    }

    private static string[] ByActor(IEnumerable<string> history) =>
        [.. history.GroupBy(line => line.Split(' ')[0]).OrderBy(own => own.Key, StringComparer.Ordinal).SelectMany(own => own)];

    private static string[] Restarted(string path, string cause = "boom") =>
        [$"{path} PreRestart {cause}", $"{path} PostStop", $"{path} PostRestart {cause}", $"{path} PreStart"];
}
