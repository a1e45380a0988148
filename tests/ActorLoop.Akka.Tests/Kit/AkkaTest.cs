using ActorLoop.TestKit;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Xunit;

namespace ActorLoop.Akka.Tests.Kit;

/// <summary>An actor system and a loop of its own for each test; both are gone afterwards.</summary>
public abstract class AkkaTest : IAsyncLifetime
{
    private readonly List<ActorSystem> _systems = [];
    private readonly List<EventLoopThread> _threads = [];
    private readonly RecordedErrors _errors = new();
    private EventLoopThread? _thread;
    private ActorSystem? _system;

    /// <summary>Errors that the loops reported.</summary>
    protected IReadOnlyList<LoopExceptionContext> Reports => _errors.All;

    protected EventLoopThread Thread => _thread ??= StartLoop();

    protected EventLoop Loop => Thread.Loop;

    protected ActorSystem System => _system ??= CreateSystem();

    protected ActorLoopExtension Extension => ActorLoopExtension.Get(System);

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (ActorSystem system in _systems)
        {
            await system.Terminate().WaitAsync(Patience.Bound);
        }

        foreach (EventLoopThread thread in _threads)
        {
            // A thread that a test brought to its end has its error in there.
            await thread.StopAsync().WaitAsync(Patience.Bound).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        GC.SuppressFinalize(this);
    }

    protected EventLoopThread StartLoop(EventLoopOptions? options = null)
    {
        var thread = new EventLoopThread((options ?? new EventLoopOptions()) with { ExceptionHandler = _errors.Handle });
        lock (_threads)
        {
            _threads.Add(thread);
        }

        return thread;
    }

    protected ActorSystem CreateSystem(string hocon = "", Setup? setup = null)
    {
        Config config = ConfigurationFactory.ParseString(hocon).WithFallback(ConfigurationFactory.ParseString(
            """
            akka {
              loglevel = WARNING
              stdout-loglevel = OFF
              loggers = []
              coordinated-shutdown { exit-clr = off, run-by-clr-shutdown-hook = off, default-phase-timeout = 30s }
            }
            """));
        BootstrapSetup bootstrap = BootstrapSetup.Create().WithConfig(config);
        var system = ActorSystem.Create("test", setup is null ? ActorSystemSetup.Create(bootstrap) : bootstrap.And(setup));
        _systems.Add(system);
        return system;
    }

    protected Probe NewProbe() => new(System);

    /// <summary>An actor on the loop.</summary>
    protected IActorRef Spawn(Func<ActorBase> factory, string? name = null) =>
        System.ActorOf(Made.By(factory).WithDispatcher(Extension.DispatcherOf(Loop)), name);

    protected Task<T> OnLoopAsync<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task.WaitAsync(Patience.Bound);
    }
}
