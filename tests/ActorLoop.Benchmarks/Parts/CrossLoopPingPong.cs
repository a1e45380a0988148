namespace ActorLoop.Benchmarks.Parts;

/// <summary>One message that travels between two loops on threads of their own; an operation is a round trip.</summary>
internal sealed class CrossLoopPingPong : Part
{
    public const int Total = 10_000;
    private readonly EventLoopThread _left = new();
    private readonly EventLoopThread _right = new();
    private readonly SemaphoreSlim _done = new(0);
    private readonly Action _ping;
    private readonly Action _pong;
    private int _remaining;

    public CrossLoopPingPong()
    {
        _ping = Ping;
        _pong = Pong;
    }

    public override string Name => "Round trip between two loops";

    public override int Operations => Total;

    public override void Run()
    {
        _remaining = Total;
        _left.Loop.Post(_ping);
        _done.Wait();
    }

    public override void Dispose()
    {
        _left.StopAsync().GetAwaiter().GetResult();
        _right.StopAsync().GetAwaiter().GetResult();
        _done.Dispose();
    }

    private void Ping()
    {
        if (_remaining-- == 0)
        {
            _done.Release();
        }
        else
        {
            _right.Loop.Post(_pong);
        }
    }

    private void Pong() => _left.Loop.Post(_ping);
}
