using System.Diagnostics;
using Akka.Actor;

namespace ActorLoop.Akka.Benchmarks;

/// <summary>
/// Two actors in one process that answer each other, with the message of ActorLoop's own benchmark of actors; here it is an object, as
/// all messages of Akka.NET are. Or with one object for all messages, which Akka.NET is fastest with.
/// </summary>
internal static class PingPong
{
    private const string Config =
        """
        akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [] }
        pinned { type = PinnedDispatcher, throughput = 100 }
        """;

    public static string AkkaVersion => typeof(ActorSystem).Assembly.GetName().Version!.ToString(3);

    public static async Task<PingPongResult> RunAsync(string dispatcher, int messages, int balls, bool reuse)
    {
        using var system = ActorSystem.Create("bench", Config);
        await using var thread = new EventLoopThread();
        string? id = dispatcher switch
        {
            "loop" => ActorLoopExtension.Get(system).DispatcherOf(thread.Loop),
            "pinned" => "pinned",
            _ => null,
        };
        await RoundAsync(system, id, messages / 10, balls, reuse);
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        await RoundAsync(system, id, messages, balls, reuse);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        await system.Terminate();
        return new PingPongResult(messages / seconds, allocated);
    }

    private static async Task RoundAsync(ActorSystem system, string? dispatcher, int messages, int balls, bool reuse)
    {
        var done = new Countdown(balls);
        IActorRef left = Spawn();
        IActorRef right = Spawn();
        for (int i = 0; i < balls; i++)
        {
            object ball = reuse ? new Rally(messages / balls) : new Ball(messages / balls, right, left);
            left.Tell(ball, right);
        }

        await done.Task;
        system.Stop(left);
        system.Stop(right);

        IActorRef Spawn()
        {
            Props props = Props.CreateBy(new PlayerFactory(done));
            return system.ActorOf(dispatcher is null ? props : props.WithDispatcher(dispatcher));
        }
    }

    /// <param name="Left">Messages that are left.</param>
    /// <param name="To">Who gets it next.</param>
    /// <param name="From">Who gets it after that.</param>
    private sealed record Ball(int Left, IActorRef To, IActorRef From);

    /// <summary>One object for all messages: whoever has it counts.</summary>
    private sealed class Rally(int left)
    {
        public int Left { get; set; } = left;
    }

    private sealed class Countdown(int balls)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = balls;

        public Task Task => _done.Task;

        public void Finish()
        {
            if (Interlocked.Decrement(ref _left) == 0)
            {
                _done.SetResult();
            }
        }
    }

    private sealed class PlayerFactory(Countdown done) : IIndirectActorProducer
    {
        public Type ActorType => typeof(Player);

        public ActorBase Produce() => new Player(done);

        public void Release(ActorBase actor)
        {
        }
    }

    private sealed class Player(Countdown done) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Ball { Left: 0 } or Rally { Left: 0 }:
                    done.Finish();
                    break;
                case Ball ball:
                    ball.To.Tell(new Ball(ball.Left - 1, ball.From, ball.To), ActorRefs.NoSender);
                    break;
                case Rally rally:
                    rally.Left--;
                    Sender.Tell(rally, Self);
                    break;
            }
        }
    }
}
