using ActorLoop.SupervisionContract;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Supervision;

/// <summary>
/// The built-in engine on loops of virtual time, driven turn by turn. With two loops a child runs on the other loop than its
/// supervisor, so that everything between them is a message.
/// </summary>
internal sealed class LoopWorld : ISupervisionWorld
{
    private const int TurnsUntilQuiet = 4;
    private const int MostTurns = 100_000;

    private readonly ManualClock _clock = new();
    private readonly RecordedErrors _errors = new();
    private readonly EventLoop[] _loops;
    private readonly Dictionary<string, ActorRef<ScriptMessage>> _actors = [];

    public LoopWorld(int loops)
    {
        _loops = [.. Enumerable.Range(0, loops).Select(i => _clock.CreateLoop(new EventLoopOptions
        {
            Name = $"world-{i}",
            ExceptionHandler = _errors.Handle,
            ActorStrategy = SupervisorStrategy.Stopping,
        }))];
    }

    public SupervisionAbilities Abilities => SupervisionAbilities.All;

    public ScriptBoard Board { get; } = new();

    public IReadOnlyList<string> Reports => [.. _errors.Messages.Select(message => message ?? "")];

    public EventLoop Loop => _loops[0];

    public void Spawn(ActorScript script) =>
        _actors[script.Name] = _loops[0].Spawn(() => new ScriptActor(this, script, script.Name), script.Name, OptionsOf(script));

    public void SpawnUnder(ActorContext<ScriptMessage> context, ActorScript script, string parent)
    {
        string path = $"{parent}/{script.Name}";
        EventLoop loop = _loops[path.Count(c => c == '/') % _loops.Length];
        _actors[path] = context.Spawn(() => new ScriptActor(this, script, path), script.Name, OptionsOf(script), loop);
    }

    public ActorRef Find(string path) => _actors[path];

    public string PathOf(ActorRef actor) => actor.Path[(_loops[0].Name.Length + 1)..];

    public void Tell(string path, ScriptMessage message) => _actors[path].Tell(message);

    public void Stop(string path) => _actors[path].Stop();

    public void Kill(string path) => _actors[path].Kill();

    public bool IsAlive(string path) => _actors.TryGetValue(path, out ActorRef<ScriptMessage>? actor) && !actor.IsTerminated;

    public Task SettleAsync()
    {
        int quiet = 0;
        for (int turn = 0; quiet < TurnsUntilQuiet; turn++)
        {
            Assert.True(turn < MostTurns, "The actors never come to rest.");
            bool isQuiet = true;
            foreach (EventLoop loop in _loops)
            {
                isQuiet &= !loop.Core.Mailbox.HasWork;
                RunTurn(loop);
            }

            quiet = isQuiet ? quiet + 1 : 0;
        }

        return Task.CompletedTask;
    }

    public async Task AdvanceAsync(TimeSpan time)
    {
        // Deadline by deadline: what a timer starts must not find that its time is past already.
        TimeSpan end = _clock.Elapsed + time;
        while (_clock.Elapsed < end)
        {
            TimeSpan next = _loops.Select(NextDeadline).Append(end).Min();
            _clock.Advance(next > _clock.Elapsed ? next - _clock.Elapsed : TimeSpan.FromTicks(1));
            await SettleAsync();
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (EventLoop loop in _loops)
        {
            loop.Close();
        }

        Assert.All(_loops, loop => Assert.Equal(0, loop.Statistics.Actors));
        Assert.All(_loops, loop => Assert.Equal(0, loop.Statistics.ActiveTimers));
        return default;
    }

    private static ActorOptions OptionsOf(ActorScript script) => new()
    {
        Restart = script.Restart,
        Shutdown = script.Shutdown,
        Backoff = script.Backoff,
        Significant = script.Significant,
        AutoShutdown = script.AutoShutdown,
    };

    private static void RunTurn(EventLoop loop)
    {
        loop.Stop();
        loop.RunForever();
    }

    private TimeSpan NextDeadline(EventLoop loop)
    {
        long ticks = loop.Core.Timers.NextDeadline;
        return ticks == long.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromTicks(Math.Max(ticks, _clock.Elapsed.Ticks + 1));
    }
}
