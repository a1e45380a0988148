using ActorLoop;
using ActorPingPong;

// Two actors play balls to each other: on one loop, and on two that run on threads of their own. Then one of them is asked to fail.
if (args.Length > 1 || (args.Length == 1 && (!int.TryParse(args[0], out int given) || given < 1)))
{
    Console.Error.WriteLine("usage: ActorPingPong [messages of a game, a positive number]");
    return 2;
}

int messages = args.Length == 1 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 1_000_000;
await using var group = new EventLoopGroup(2, new EventLoopGroupOptions { Name = "court" });

await PlayAsync(group.Loops[0], group.Loops[0], balls: 1, messages);
await PlayAsync(group.Loops[0], group.Loops[0], balls: 100, messages);
await PlayAsync(group.Loops[0], group.Loops[1], balls: 1, messages / 10);
await PlayAsync(group.Loops[0], group.Loops[1], balls: 100, messages);

await Umpire.ShowAsync(group.Loops[0]);
return 0;

async Task PlayAsync(EventLoop left, EventLoop right, int balls, int count)
{
    int each = Math.Max(1, count / balls);
    var finished = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    int playing = balls;
    void Finished()
    {
        // Two loops may say so at the same time.
        if (Interlocked.Decrement(ref playing) == 0)
        {
            finished.SetResult();
        }
    }

    ActorRef<Ball> ping = left.Spawn(() => new Player(Finished), "ping");
    ActorRef<Ball> pong = right.Spawn(() => new Player(Finished), "pong");
    TimeSpan start = left.Time;
    for (int i = 0; i < balls; i++)
    {
        ping.Tell(new Ball(each, To: pong, From: ping));
    }

    await finished.Task;
    double perSecond = (each + 1.0) * balls / (left.Time - start).TotalSeconds;
    Console.WriteLine($"{(left == right ? "one loop" : "two loops"),-9}  {balls,3} ball(s)  {perSecond,12:N0} messages/s");
    await Task.WhenAll(ping.StopAsync(), pong.StopAsync());
}
