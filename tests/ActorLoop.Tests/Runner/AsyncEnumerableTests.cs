using System.Runtime.CompilerServices;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Runner;

public sealed class AsyncEnumerableTests : IDisposable
{
    private readonly TestLoop _test = new();
    private readonly List<string> _closed = [];

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Fact(DisplayName = "AG-01 The shutdown disposes every open enumerator, and no other")]
    public void Shutdown_WithOpenEnumerators_DisposesThem() => _test.Run(async () =>
    {
        IAsyncEnumerator<int> open = Loop.Track(Count("open")).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await open.MoveNextAsync());
        await foreach (int number in Loop.Track(Count("ended")).WithCancellation(TestContext.Current.CancellationToken))
        {
            if (number == 2)
            {
                break;
            }
        }

        Assert.Equal(["ended"], _closed);
        await Loop.ShutdownAsyncEnumerablesAsync();
        Assert.Equal(["ended", "open"], _closed);
        await Loop.ShutdownAsyncEnumerablesAsync();
        Assert.Equal(["ended", "open"], _closed);
    });

    [Fact(DisplayName = "AG-01 An enumerator can be tracked by hand, and let go again")]
    public void Track_OfAnEnumerator_EndsWithTheRegistration() => _test.Run(async () =>
    {
        Loop.Track(new Disposal(() => _closed.Add("kept")));
        Loop.Track(new Disposal(() => _closed.Add("let go"))).Dispose();
        await Loop.ShutdownAsyncEnumerablesAsync();
        Assert.Equal(["kept"], _closed);
    });

    [Fact(DisplayName = "AG-01 After the shutdown a new enumerator is refused")]
    public void Track_AfterTheShutdown_Throws() => _test.Run(async () =>
    {
        await Loop.ShutdownAsyncEnumerablesAsync();
        Assert.Throws<InvalidOperationException>(() => Loop.Track(new Disposal(() => { })));
        IAsyncEnumerable<int> late = Loop.Track(Count("late"));
        Assert.Throws<InvalidOperationException>(() => late.GetAsyncEnumerator(TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentNullException>("enumerator", () => Loop.Track(null!));
    });

    [Fact(DisplayName = "AG-02 An enumerator that fails to close is reported, and the others are closed")]
    public void Shutdown_WithAnEnumeratorThatFails_ClosesTheOthers() => _test.Run(async () =>
    {
        var failure = new IOException("mine");
        var broken = new Disposal(() => throw failure);
        Loop.Track(broken);
        Loop.Track(new Disposal(() => _closed.Add("good")));
        await Loop.ShutdownAsyncEnumerablesAsync();

        Assert.Equal(["good"], _closed);
        LoopExceptionContext error = Assert.Single(_test.Errors);
        Assert.Equal(LoopErrorKind.AsyncEnumerable, error.Kind);
        Assert.Same(failure, error.Exception);
        Assert.Same(broken, error.AsyncEnumerator);
    });

    private async IAsyncEnumerable<int> Count(string name, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (int i = 1; ; i++)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
                yield return i;
            }
        }
        finally
        {
            _closed.Add(name);
        }
    }

    private sealed class Disposal(Action action) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            action();
        }
    }
}
