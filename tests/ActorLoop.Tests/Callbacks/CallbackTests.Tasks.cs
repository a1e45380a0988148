using System.Net;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Callbacks;

public sealed partial class CallbackTests
{
    private static readonly Dictionary<string, Row> s_taskRows = new()
    {
        ["EventLoop.CreateTask(body)"] = Thrown(async (loop, failure) => await loop.CreateTask(_ => throw failure)),
        ["EventLoop.WithTimeoutAsync(body)"] = Thrown((loop, failure) => loop.WithTimeoutAsync(_ => throw failure, Patience.Bound)),
        ["EventLoop.RunInExecutorAsync(work)"] = Thrown((loop, failure) => loop.RunInExecutorAsync(null, () => throw failure)),
        ["EventLoop.ToThreadAsync(work)"] = Thrown((loop, failure) => loop.ToThreadAsync(() => throw failure)),
        ["LoopTaskGroup.RunAsync(body)"] = Thrown((_, failure) => LoopTaskGroup.RunAsync((_, _) => throw failure)),
        ["LoopTaskGroup.CreateTask(body)"] = Thrown((loop, failure) => LoopTaskGroup.RunAsync((group, stop) =>
        {
            _ = group.CreateTask(_ => throw failure);
            return Task.CompletedTask;
        })),
        ["EventLoop.RunUntilComplete(body)"] = Elsewhere(failure =>
        {
            using EventLoop loop = EventLoop.Create();
            loop.RunUntilComplete(() => throw failure);
        }),
        ["EventLoop.Run(main)"] = Elsewhere(failure => EventLoop.Run(_ => throw failure)),
        ["EventLoopRunner.Run(main)"] = Elsewhere(failure =>
        {
            using var runner = new EventLoopRunner();
            runner.Run(_ => throw failure);
        }),
        ["EventLoopRunner.new(loopFactory)"] = Elsewhere(failure =>
        {
            using var runner = new EventLoopRunner(() => throw failure);
            runner.Run(_ => Task.CompletedTask);
        }),
        ["EventLoopThread.new(loopFactory)"] = Thrown(async (_, failure) =>
        {
            await using var thread = new EventLoopThread(() => throw failure);
        }),
        ["EventLoopPolicy.Create"] = Policy(() => EventLoop.Create()),
        ["EventLoopPolicy.Get"] = Policy(() => EventLoop.Get()),
        ["EventLoopPolicy.Set"] = Policy(() => EventLoop.Set(null)),
        ["LoopTaskFactory.Create"] = Thrown(async (loop, failure) =>
        {
            LoopTaskFactory before = loop.TaskFactory;
            loop.TaskFactory = new ThrowingFactory(failure);
            try
            {
                await loop.CreateTask(_ => Task.CompletedTask);
            }
            finally
            {
                loop.TaskFactory = before;
            }
        }),
        ["LoopExecutor.Execute"] = Thrown((loop, failure) => loop.RunInExecutorAsync(new ThrowingExecutor(failure), () => { })),
        ["LoopExecutor.ShutdownAsync"] = Thrown((loop, failure) =>
        {
            loop.SetDefaultExecutor(new ThrowingExecutor(failure));
            return loop.ShutdownDefaultExecutorAsync();
        }),
        ["NameResolver.GetAddressInfoAsync"] = Names(
            failure => new ThrowingResolver(failure), loop => loop.GetAddressInfoAsync("example.test", 80)),
        ["NameResolver.GetNameInfoAsync"] = Names(
            failure => new ThrowingResolver(failure), loop => loop.GetNameInfoAsync(new IPEndPoint(IPAddress.Loopback, 80))),
        ["BlockingNameResolver.GetAddressInfo"] = Names(
            failure => new ThrowingBlockingResolver(failure), loop => loop.GetAddressInfoAsync("example.test", 80)),
        ["BlockingNameResolver.GetNameInfo"] = Names(
            failure => new ThrowingBlockingResolver(failure), loop => loop.GetNameInfoAsync(new IPEndPoint(IPAddress.Loopback, 80))),
    };

    private static Row Thrown(Func<EventLoop, Exception, Task> act) => new(Told.Thrown, (test, failure) => act(test.Loop, failure));

    /// <summary>Where no other loop may run on the thread.</summary>
    private static Row Elsewhere(Action<Exception> act) => new(Told.Thrown, (_, failure) =>
    {
        TestLoop.OnOtherThread(() => act(failure));
        return Task.CompletedTask;
    });

    private static Row Names(Func<Exception, NameResolver> make, Func<EventLoop, Task> ask) => Elsewhere(failure =>
    {
        using EventLoop loop = EventLoop.Create(new EventLoopOptions { NameResolver = make(failure) });
        loop.RunUntilComplete(() => ask(loop));
    });

    private static Row Policy(Action use) => Elsewhere(failure =>
    {
        EventLoopPolicy before = EventLoopPolicy.Current;
        EventLoopPolicy.Current = new ThrowingPolicy(failure);
        try
        {
            use();
        }
        finally
        {
            EventLoopPolicy.Current = before;
        }
    });

    private sealed class ThrowingFactory(Exception failure) : LoopTaskFactory
    {
        public override LoopTask Create(EventLoop loop, Func<CancellationToken, Task> body, LoopTaskOptions options) => throw failure;
    }

    /// <summary>Throws at the first shutdown only: the loop that owns it tries again when it closes.</summary>
    private sealed class ThrowingExecutor(Exception failure) : LoopExecutor
    {
        private bool _thrown;

        public override void Execute(Action work) => throw failure;

        public override Task<bool> ShutdownAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
        {
            bool again = _thrown;
            _thrown = true;
            return again ? Task.FromResult(true) : throw failure;
        }
    }

    private sealed class ThrowingPolicy(Exception failure) : EventLoopPolicy
    {
        public override EventLoop Create(EventLoopOptions? options) => throw failure;

        public override EventLoop Get() => throw failure;

        public override void Set(EventLoop? loop) => throw failure;
    }

    private sealed class ThrowingResolver(Exception failure) : NameResolver
    {
        public override Task<IReadOnlyList<AddressInfo>> GetAddressInfoAsync(
            string? host, string? service, AddressInfoOptions options, CancellationToken cancellationToken) => throw failure;

        public override Task<NameInfo> GetNameInfoAsync(IPEndPoint endPoint, NameInfoHints flags, CancellationToken cancellationToken) =>
            throw failure;
    }

    private sealed class ThrowingBlockingResolver(Exception failure) : BlockingNameResolver
    {
        protected override IReadOnlyList<AddressInfo> GetAddressInfo(
            string? host, string? service, AddressInfoOptions options) => throw failure;

        protected override NameInfo GetNameInfo(IPEndPoint endPoint, NameInfoHints flags) => throw failure;
    }
}
