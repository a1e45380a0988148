using System.Collections.Concurrent;
using ActorLoop.SupervisionContract;
using ActorLoop.TestKit;
using Akka.Actor;
using Akka.Configuration;

namespace ActorLoop.Akka.Tests.Contract;

/// <summary>An actor system whose scripted actors all run on one loop.</summary>
internal sealed class AkkaWorld : ISupervisionWorld
{
    private const int QuietRounds = 4;

    private static readonly Config s_config = ConfigurationFactory.ParseString(
        """
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          loggers = []
          coordinated-shutdown { exit-clr = off, run-by-clr-shutdown-hook = off }
        }
        """);

    private readonly EventLoopThread _thread = new();
    private readonly ActorSystem _system = ActorSystem.Create("world", s_config);
    private readonly IActorRef _root;

    public AkkaWorld()
    {
        Dispatcher = ActorLoopExtension.Get(_system).DispatcherOf(_thread.Loop);
        _root = _system.ActorOf(Props.Create(() => new RootActor(this)).WithDispatcher(Dispatcher), "stage");
    }

    /// <summary>Akka.NET's own strategies, directives, hooks, windows and death watch; nothing beyond.</summary>
    public SupervisionAbilities Abilities => SupervisionAbilities.ManualClock;

    public ScriptBoard Board { get; } = new();

    public IReadOnlyList<string> Reports => [];

    /// <summary>The id of the dispatcher.</summary>
    public string Dispatcher { get; }

    /// <summary>The newest actor of each path, also after its end.</summary>
    public ConcurrentDictionary<string, IActorRef> Actors { get; } = new();

    public static string PathOf(IActorRef actor) => actor.Path.ToStringWithoutAddress()["/user/stage/".Length..];

    public void Spawn(ActorScript script) => _root.Tell(script);

    public void Tell(string path, ScriptMessage message)
    {
        if (Actors.TryGetValue(path, out IActorRef? actor))
        {
            actor.Tell(message, ActorRefs.NoSender);
        }
        else
        {
            // It may be about to be started: the root does one after the other.
            _root.Tell((path, message));
        }
    }

    public void Stop(string path)
    {
        if (Actors.TryGetValue(path, out IActorRef? actor))
        {
            _system.Stop(actor);
        }
    }

    public void Kill(string path)
    {
        if (Actors.TryGetValue(path, out IActorRef? actor))
        {
            actor.Tell(global::Akka.Actor.Kill.Instance, ActorRefs.NoSender);
        }
    }

    public bool IsAlive(string path) =>
        Actors.TryGetValue(path, out IActorRef? actor) && actor is ActorRefWithCell { Underlying.IsTerminated: false };

    public async Task SettleAsync()
    {
        // Actors at the top are made by the guardian, which runs elsewhere.
        await _root.Ask<ActorIdentity>(new Identify(null), Patience.Bound);
        // Everything runs on the loop, except for what a gate lets go: quiet is when nothing but the looking itself
        // ran for a while.
        long last = -1;
        for (int quiet = 0; quiet < QuietRounds;)
        {
            await Task.Delay(1);
            long messages = await CountAsync();
            quiet = messages == last + 1 ? quiet + 1 : 0;
            last = messages;
        }
    }

    public Task AdvanceAsync(TimeSpan time)
    {
        StandingClock.Advance(time);
        return SettleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Patience.Bound);
        await _thread.StopAsync().WaitAsync(Patience.Bound);
    }

    private Task<long> CountAsync()
    {
        var count = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _thread.Loop.Post(() => count.SetResult(_thread.Loop.Statistics.Messages));
        return count.Task.WaitAsync(Patience.Bound);
    }

    /// <summary>The guardian: what is escalated to it ends the actor.</summary>
    private sealed class RootActor(AkkaWorld world) : UntypedActor
    {
        protected override AkkaStrategy SupervisorStrategy() => ActorLoop.SupervisorStrategy.Stopping.ToAkka();

        protected override void OnReceive(object message)
        {
            if (message is (string path, ScriptMessage late))
            {
                world.Actors.GetValueOrDefault(path)?.Tell(late, ActorRefs.NoSender);
                return;
            }

            var script = (ActorScript)message;
            world.Actors[script.Name] = Context.ActorOf(ContractActor.PropsOf(world, script, script.Name), script.Name);
        }
    }
}
