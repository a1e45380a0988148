using ActorLoop.Akka.Tests.Kit;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace ActorLoop.Akka.Tests.Dispatching;

public sealed class DispatcherConfigurationTests : AkkaTest
{
    private const string Type = "ActorLoop.Akka.LoopDispatcherConfigurator, ActorLoop.Akka";

    [Fact(DisplayName = "AK-07 A throughput deadline is refused: Akka.NET would soon run one message at a time")]
    public void ThroughputDeadline_ThatIsPositive_IsRefused()
    {
        ActorSystem system = CreateSystem(
            $"mine {{ type = \"{Type}\", loop = \"x\", throughput-deadline-time = 5ms }}", new ActorLoopSetup(Loop));
        var failure = Assert.ThrowsAny<Exception>(() => system.Dispatchers.Lookup("mine"));
        Assert.Contains("throughput-deadline-time", failure.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "AK-12 One dispatcher for all actors of a loop, the same under the same id")]
    public void Dispatcher_LookedUpAgain_IsTheSame()
    {
        string id = Extension.DispatcherOf(Loop);
        Assert.Equal($"actorloop.{Loop.Name}", id);
        Assert.Equal(id, Extension.DispatcherOf(Loop));
        var dispatcher = Assert.IsType<LoopDispatcher>(System.Dispatchers.Lookup(id));
        Assert.Same(dispatcher, System.Dispatchers.Lookup(id));
        Assert.Same(Loop, dispatcher.Loop);
        Assert.Equal(id, dispatcher.Id);
    }

    [Fact(DisplayName = "AK-12 Two loops of one name get two dispatchers")]
    public void Dispatchers_OfLoopsWithOneName_AreTwo()
    {
        EventLoop first = StartLoop(new EventLoopOptions { Name = "twin" }).Loop;
        EventLoop second = StartLoop(new EventLoopOptions { Name = "twin" }).Loop;
        Assert.NotEqual(Extension.DispatcherOf(first), Extension.DispatcherOf(second));
        Assert.Same(second, ((LoopDispatcher)System.Dispatchers.Lookup(Extension.DispatcherOf(second))).Loop);
    }

    [Fact(DisplayName = "AK-13 The configuration finds a loop by name through the setup, and deployment places actors on it")]
    public async Task Hocon_WithALoopOfTheSetup_PlacesActors()
    {
        EventLoop loop = StartLoop(new EventLoopOptions { Name = "io-0" }).Loop;
        ActorSystem system = CreateSystem(
            $$"""
            mine { type = "{{Type}}", loop = "io-0", throughput = 9, throughput-deadline-time = 0ms, shutdown-timeout = 1s }
            akka.actor.deployment { "/edge" { dispatcher = mine } }
            """,
            new ActorLoopSetup(loop));
        IActorRef edge = system.ActorOf(Made.By(() => new Script((_, context) => context.Sender.Tell(loop.IsOnLoop))), "edge");
        Assert.True(await edge.Ask<bool>("where", TestKit.Patience.Bound));
        Assert.Equal(9, system.Dispatchers.Lookup("mine").Throughput);
    }

    [Fact(DisplayName = "AK-13 The configuration finds a loop by name through the registry")]
    public void Hocon_WithALoopOfTheRegistry_FindsIt()
    {
        using IDisposable registration = LoopRegistry.Register("registered", Loop);
        ActorSystem system = CreateSystem($"mine {{ type = \"{Type}\", loop = \"registered\" }}");
        Assert.Same(Loop, ((LoopDispatcher)system.Dispatchers.Lookup("mine")).Loop);
    }

    [Theory(DisplayName = "AK-13 A configuration without a loop, or with one nobody knows, says so")]
    [InlineData("", "names no loop")]
    [InlineData(", loop = \"nobody\"", "no loop is named 'nobody'")]
    public void Hocon_WithoutAKnownLoop_SaysSo(string loop, string message)
    {
        ActorSystem system = CreateSystem($"mine {{ type = \"{Type}\"{loop} }}");
        var failure = Assert.ThrowsAny<Exception>(() => system.Dispatchers.Lookup("mine"));
        Assert.IsType<ConfigurationException>(failure.GetBaseException());
        Assert.Contains(message, failure.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "AK-17 The registry refuses a name that another open loop has, and forgets on disposal")]
    public async Task Registry_WithATakenName_Refuses()
    {
        EventLoopThread other = StartLoop();
        IDisposable registration = LoopRegistry.Register("taken", other.Loop);
        Assert.Throws<ArgumentException>(() => LoopRegistry.Register("taken", Loop));
        await other.StopAsync();
        using (LoopRegistry.Register("taken", Loop))
        {
            registration.Dispose();
            Assert.Same(Loop, LoopRegistry.Find("taken"));
        }

        Assert.Null(LoopRegistry.Find("taken"));
    }

    [Fact(DisplayName = "AK-17 Bad options of a dispatcher are refused")]
    public void Options_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoopDispatcherOptions { Throughput = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoopDispatcherOptions { ShutdownTimeout = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentException>(() => new ActorLoopSetup(Loop, Loop));
    }
}
