namespace ActorLoop.Benchmarks.Parts;

/// <summary>Other threads post as fast as they can while the loop runs what arrives.</summary>
/// <remarks>A producer waits while too much is outstanding: the queue is measured, not the growth of memory.</remarks>
internal sealed class ForeignFlood : LoopPart
{
    public const int Total = 2_000_000;
    private const int Window = 64 * 1024;
    private const int LookEvery = 1024;
    private readonly int _producers;
    private readonly Action _count;
    private int _ran;

    public ForeignFlood(int producers)
    {
        _producers = producers;
        _count = Count;
    }

    public override string Name => _producers == 1 ? "Post from one other thread" : $"Post from {_producers} other threads";

    public override int Operations => Total;

    public override double? GoalPerSecond => _producers == 1 ? 10e6 : null;

    protected override void Begin()
    {
        Volatile.Write(ref _ran, 0);
        for (int i = 0; i < _producers; i++)
        {
            new Thread(Produce) { IsBackground = true, Name = "producer" }.Start();
        }
    }

    private void Produce()
    {
        int share = Total / _producers;
        var spin = new SpinWait();
        for (int posted = 0; posted < share; posted++)
        {
            if (posted % LookEvery == 0)
            {
                while (posted - (Volatile.Read(ref _ran) / _producers) > Window / _producers)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }

                spin.Reset();
            }

            Loop.Post(_count);
        }
    }

    private void Count()
    {
        int ran = _ran + 1;
        Volatile.Write(ref _ran, ran);
        if (ran == Total)
        {
            Loop.Stop();
        }
    }
}
