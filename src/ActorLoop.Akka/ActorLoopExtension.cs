using System.Runtime.CompilerServices;
using ActorLoop.Akka.Supervision;
using Akka.Actor;

namespace ActorLoop.Akka;

/// <summary>
/// What ties event loops to an actor system: dispatchers, and servers and connections that are supervised as actors below
/// <c>/user/actorloop</c>: <c>loop-NAME / server-NAME / conn-N</c> and <c>loop-NAME / client-NAME / connection</c>.
/// </summary>
/// <remarks>
/// <para>Thread: any.</para>
/// <para>
/// It takes part in the coordinated shutdown of the system: <c>service-unbind</c> stops accepting, <c>service-requests-done</c>
/// closes the connections after what they have buffered was sent, <c>service-stop</c> aborts those that are left and stops
/// the actors, <c>before-actor-system-terminate</c> stops the loops given to <see cref="StopWithSystem(EventLoopGroup)"/>.
/// </para>
/// </remarks>
public sealed partial class ActorLoopExtension : IExtension
{
    private readonly ExtendedActorSystem _system;
    private readonly Lock _gate = new();
    private readonly ConditionalWeakTable<EventLoop, string> _dispatchers = [];
    private readonly Dictionary<EventLoop, SupervisedLoop> _loops = [];
    private readonly Dictionary<EventLoopGroup, SupervisedLoop> _groups = [];
    private readonly HashSet<string> _names = [];
    private IActorRef? _guardian;

    private ActorLoopExtension(ExtendedActorSystem system)
    {
        _system = system;
        AddShutdownTasks(CoordinatedShutdown.Get(system));
    }

    /// <summary>
    /// Decides what becomes of a loop whose actor failed, which is when its thread ended although nobody stopped it
    /// (<see cref="LoopLostException"/>). Default: null, Escalate for a lost loop. Restart starts a new thread, for loops that
    /// <see cref="AddLoop"/> started. Set it before the first server.
    /// </summary>
    public AkkaStrategy? LoopStrategy { get; set; }

    /// <summary>
    /// Decides what becomes of a server or client that failed. Default: null, one-for-one, ten restarts in a minute. Set it before
    /// the first server.
    /// </summary>
    public AkkaStrategy? ServerStrategy { get; set; }

    /// <summary>The actor <c>/user/actorloop</c>, which is made at the first use.</summary>
    public IActorRef Guardian
    {
        get
        {
            lock (_gate)
            {
                return _guardian ??= _system.ActorOf(LoopsActor.PropsOf(this), "actorloop");
            }
        }
    }

    /// <summary>The extension of a system.</summary>
    /// <param name="system">The system.</param>
    /// <returns>The only one it has.</returns>
    public static ActorLoopExtension Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<ActorLoopExtension, Provider>();
    }

    /// <summary>
    /// The id of the dispatcher of a loop, for <c>Props.WithDispatcher</c>; it is registered at the first use.
    /// </summary>
    /// <param name="loop">The loop.</param>
    /// <returns>"actorloop." and the name of the loop; with a number behind it when another loop has the name already.</returns>
    public string DispatcherOf(EventLoop loop)
    {
        ArgumentNullException.ThrowIfNull(loop);
        lock (_gate)
        {
            if (!_dispatchers.TryGetValue(loop, out string? id))
            {
                (_, id) = Register(loop);
            }

            return id;
        }
    }

    private static string NameOf(string prefix, string name) =>
        prefix + string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));

    private (LoopDispatcher Dispatcher, string Id) Register(EventLoop loop)
    {
        string wanted = LoopDispatcher.DefaultIdOf(loop);
        string id = wanted;
        LoopDispatcherConfigurator configurator = Make(id);
        for (int number = 2; !_system.Dispatchers.RegisterConfigurator(id, configurator); number++)
        {
            id = $"{wanted}-{number}";
            configurator = Make(id);
        }

        _dispatchers.AddOrUpdate(loop, id);
        return ((LoopDispatcher)configurator.Dispatcher(), id);

        LoopDispatcherConfigurator Make(string name) =>
            new(loop, _system.Dispatchers.Prerequisites, new LoopDispatcherOptions { Id = name });
    }

    private string Free(string wanted)
    {
        string name = wanted;
        for (int number = 2; !_names.Add(name); number++)
        {
            name = $"{wanted}-{number}";
        }

        return name;
    }

    private sealed class Provider : ExtensionIdProvider<ActorLoopExtension>
    {
        public override ActorLoopExtension CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
