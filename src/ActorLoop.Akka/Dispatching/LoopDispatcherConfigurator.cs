using Akka.Configuration;
using Akka.Dispatch;

namespace ActorLoop.Akka;

/// <summary>Hands out the one dispatcher of a loop.</summary>
/// <remarks>
/// In code: <c>system.Dispatchers.RegisterConfigurator(id, new LoopDispatcherConfigurator(loop, system.Dispatchers.Prerequisites))</c>,
/// or simply <see cref="ActorLoopExtension.DispatcherOf"/>. By configuration, with the loop found by its name through
/// <see cref="ActorLoopSetup"/> or <see cref="LoopRegistry"/>:
/// <code>
/// actorloop.io-0 { type = "ActorLoop.Akka.LoopDispatcherConfigurator, ActorLoop.Akka", loop = "io-0", throughput = 16 }
/// </code>
/// </remarks>
public sealed class LoopDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly LoopDispatcher _dispatcher;

    /// <summary>For a loop that is at hand.</summary>
    /// <param name="loop">The loop; it need not run yet.</param>
    /// <param name="prerequisites">What Akka.NET gives every dispatcher: <c>system.Dispatchers.Prerequisites</c>.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    public LoopDispatcherConfigurator(
        EventLoop loop, IDispatcherPrerequisites prerequisites, LoopDispatcherOptions? options = null)
        : base(ConfigurationFactory.Empty, prerequisites)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(prerequisites);
        _dispatcher = new LoopDispatcher(this, loop, options ?? new LoopDispatcherOptions());
    }

    /// <summary>For Akka.NET, which creates it by the name in the configuration.</summary>
    /// <param name="config">
    /// <c>loop</c>: name of the loop, needed. <c>throughput</c> and <c>shutdown-timeout</c>: as in
    /// <see cref="LoopDispatcherOptions"/>; what is not said is taken from the default dispatcher.
    /// </param>
    /// <param name="prerequisites">What Akka.NET gives every dispatcher.</param>
    /// <exception cref="ConfigurationException">No loop is named, none has that name, or a deadline is set.</exception>
    public LoopDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
        string id = Config.GetString("id", "actorloop");
        if (Config.GetTimeSpan("throughput-deadline-time", TimeSpan.Zero) > TimeSpan.Zero)
        {
            // Akka.NET 1.5 compares the duration with the uptime of the process: soon one message would run at a time.
            throw new ConfigurationException(
                $"Dispatcher '{id}': throughput-deadline-time must stay 0 on a loop; lower throughput instead.");
        }

        EventLoop loop = FindLoop(id, Config.GetString("loop", ""), prerequisites);
        _dispatcher = new LoopDispatcher(this, loop, new LoopDispatcherOptions
        {
            Id = id,
            Throughput = Config.GetInt("throughput", 16),
            ShutdownTimeout = Config.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(1)),
        });
    }

    /// <summary>The dispatcher: the same one for every actor.</summary>
    /// <returns>A <see cref="LoopDispatcher"/>.</returns>
    public override MessageDispatcher Dispatcher() => _dispatcher;

    private static EventLoop FindLoop(string id, string name, IDispatcherPrerequisites prerequisites)
    {
        if (string.IsNullOrEmpty(name))
        {
            throw new ConfigurationException($"Dispatcher '{id}' names no loop: add loop = \"name\".");
        }

        ActorLoopSetup? setup = prerequisites.Settings.Setup.Get<ActorLoopSetup>() is { HasValue: true } found ? found.Value : null;
        return setup?.Find(name) ?? LoopRegistry.Find(name) ?? throw new ConfigurationException(
            $"Dispatcher '{id}': no loop is named '{name}'. Give it to the system by {nameof(ActorLoopSetup)}, or call "
            + $"{nameof(LoopRegistry)}.{nameof(LoopRegistry.Register)}.");
    }
}
