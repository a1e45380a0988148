using System.Diagnostics;
using Akka.Actor;

namespace ActorLoop.Akka.Benchmarks;

/// <summary>
/// Two actors in one process that send a message to and fro: the same shape as the ping-pong of ActorLoop's own actors.
/// </summary>
internal static class PingPong
{
    private const string Config =
        """
        akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [] }
        pinned { type = PinnedDispatcher, throughput = 100 }
        """;

    public static string AkkaVersion => typeof(ActorSystem).Assembly.GetName().Version!.ToString(3);

    public static async Task<PingPongResult> RunAsync(string dispatcher, int messages, int window)
    {
        using var system = ActorSystem.Create("bench", Config);
        await using var thread = new EventLoopThread();
        string? id = dispatcher switch
        {
            "loop" => ActorLoopExtension.Get(system).DispatcherOf(thread.Loop),
            "pinned" => "pinned",
            _ => null,
        };
        await RoundAsync(system, id, messages / 10, window);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        await RoundAsync(system, id, messages, window);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        await system.Terminate();
        return new PingPongResult(messages / seconds, allocated);
    }

    private static async Task RoundAsync(ActorSystem system, string? dispatcher, int messages, int window)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = new Countdown(messages, done);
        IActorRef first = Spawn(new PlayerFactory(left));
        IActorRef second = Spawn(new PlayerFactory(left));
        object ball = new();
        for (int i = 0; i < window; i++)
        {
            first.Tell(ball, second);
        }

        await done.Task;
        system.Stop(first);
        system.Stop(second);

        IActorRef Spawn(IIndirectActorProducer producer)
        {
            Props props = Props.CreateBy(producer);
            return system.ActorOf(dispatcher is null ? props : props.WithDispatcher(dispatcher));
        }
    }

    private sealed class Countdown(int messages, TaskCompletionSource done)
    {
        private int _left = messages;

        public bool Next()
        {
            int left = Interlocked.Decrement(ref _left);
            if (left == 0)
            {
                done.SetResult();
            }

            return left > 0;
        }
    }

    private sealed class PlayerFactory(Countdown left) : IIndirectActorProducer
    {
        public Type ActorType => typeof(Player);

        public ActorBase Produce() => new Player(left);

        public void Release(ActorBase actor)
        {
        }
    }

    private sealed class Player(Countdown left) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (left.Next())
            {
                Sender.Tell(message, Self);
            }
        }
    }
}
