using ActorLoop.Benchmarks.Parts;

namespace ActorLoop.Benchmarks.Actors;

/// <summary>Two actors that answer each other, on one loop or on two; an operation is one message received.</summary>
internal sealed class ActorPingPong : Part
{
    private readonly int _loopCount;
    private readonly int _balls;
    private readonly EventLoopThread[] _loops;
    private readonly SemaphoreSlim _done = new(0);
    private readonly ActorRef<Ball> _left;
    private readonly ActorRef<Ball> _right;

    public ActorPingPong(int loops, int balls)
    {
        _loopCount = loops;
        _balls = balls;
        _loops = [.. Enumerable.Range(0, loops).Select(_ => new EventLoopThread())];
        _left = _loops[0].Loop.Spawn(() => new Player(this));
        _right = _loops[^1].Loop.Spawn(() => new Player(this));
    }

    public override string Name => $"Messages, {_loopCount} loop(s), {_balls} at once";

    public override int Operations => _loopCount == 1 ? 2_000_000 : 100_000;

    public override double? GoalPerSecond => _loopCount == 1 ? 10e6 : null;

    public override void Run()
    {
        for (int i = 0; i < _balls; i++)
        {
            _left.Tell(new Ball(Operations / _balls, _right, _left));
        }

        for (int i = 0; i < _balls; i++)
        {
            _done.Wait();
        }
    }

    public override void Dispose()
    {
        foreach (EventLoopThread loop in _loops)
        {
            loop.StopAsync().GetAwaiter().GetResult();
        }

        _done.Dispose();
    }

    /// <param name="Left">Messages that are left.</param>
    /// <param name="To">Who gets it next.</param>
    /// <param name="From">Who gets it after that.</param>
    private readonly record struct Ball(int Left, ActorRef<Ball> To, ActorRef<Ball> From);

    private sealed class Player(ActorPingPong game) : Actor<Ball>
    {
        protected override void Receive(Ball ball)
        {
            if (ball.Left == 0)
            {
                game._done.Release();
            }
            else
            {
                ball.To.Tell(new Ball(ball.Left - 1, ball.From, ball.To));
            }
        }
    }
}
