using ActorLoop.Execution;
using Xunit;

namespace ActorLoop.Tests.Execution;

public sealed class FlushListTests
{
    private readonly FlushList _list = new();
    private readonly List<int> _flushed = [];

    [Fact]
    public void Run_FlushesEachOnce_AlsoWhatIsAddedMeanwhile()
    {
        for (int i = 0; i < 40; i++)
        {
            Add(i, i == 5 ? () => Add(100) : null);
        }

        _list.Run();
        Assert.Equal([.. Enumerable.Range(0, 40), 100], _flushed);
        _list.Run();
        Assert.Equal(41, _flushed.Count);
    }

    [Fact(DisplayName = "LC-18 A fatal exception in the middle leaves the others for the next time")]
    public void Run_ThatThrows_KeepsTheRest()
    {
        Add(1);
        Add(2, () => throw new FatalLoopException());
        Add(3);
        Assert.Throws<FatalLoopException>(_list.Run);
        Assert.Equal([1, 2], _flushed);
        Add(4);
        _list.Run();
        Assert.Equal([1, 2, 3, 4], _flushed);
        _list.Run();
        Assert.Equal(4, _flushed.Count);
    }

    private void Add(int number, Action? more = null) => _list.Add(new Item(() =>
    {
        _flushed.Add(number);
        more?.Invoke();
    }));

    private sealed class Item(Action flush) : IFlushable
    {
        public void Flush() => flush();
    }
}
