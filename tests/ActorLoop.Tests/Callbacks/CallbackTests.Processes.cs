using System.IO.Pipes;

namespace ActorLoop.Tests.Callbacks;

public sealed partial class CallbackTests
{
    private static readonly Dictionary<string, Row> s_processRows = new()
    {
        ["EventLoop.ConnectReadPipeAsync(factory)"] = Thrown(async (loop, failure) =>
        {
            using var ends = new AnonymousPipeServerStream(PipeDirection.In);
            await loop.ConnectReadPipeAsync<Protocol>(() => throw failure, ends);
        }),
        ["EventLoop.ConnectWritePipeAsync(factory)"] = Thrown(async (loop, failure) =>
        {
            using var ends = new AnonymousPipeServerStream(PipeDirection.Out);
            await loop.ConnectWritePipeAsync<Protocol>(() => throw failure, ends);
        }),
        ["EventLoop.SubprocessExecAsync(factory)"] = Thrown((loop, failure) =>
            loop.SubprocessExecAsync<SubprocessProtocol>(() => throw failure, "/bin/cat", [])),
        ["EventLoop.SubprocessShellAsync(factory)"] = Thrown((loop, failure) =>
            loop.SubprocessShellAsync<SubprocessProtocol>(() => throw failure, "cat")),
        ["SubprocessProtocol.ConnectionMade"] = Child(nameof(SubprocessProtocol.ConnectionMade)),
        ["SubprocessProtocol.PipeDataReceived"] = Child(nameof(SubprocessProtocol.PipeDataReceived)),
        ["SubprocessProtocol.PipeConnectionLost"] = Child(nameof(SubprocessProtocol.PipeConnectionLost)),
        ["SubprocessProtocol.ProcessExited"] = Child(nameof(SubprocessProtocol.ProcessExited)),
    };

    /// <summary>A child that goes through every callback by itself: it prints a line and ends.</summary>
    private static Row Child(string member) => new(Told.Reported, async (test, failure) =>
    {
        var thrower = new Thrower(member, failure, answer: 0);
        await test.Loop.SubprocessExecAsync(
            () => new ChildThrowing(thrower),
            "/bin/echo",
            ["line"],
            new SubprocessOptions { Stdin = SubprocessStdio.Null, Stderr = SubprocessStdio.Null });
        await thrower.Lost.Task;
    });

    private sealed class ChildThrowing(Thrower thrower) : SubprocessProtocol
    {
        public override void ConnectionMade(ISubprocessTransport transport) => thrower.Enter(nameof(ConnectionMade));

        public override void PipeDataReceived(int descriptor, ReadOnlySpan<byte> data) => thrower.Enter(nameof(PipeDataReceived));

        public override void PipeConnectionLost(int descriptor, Exception? exception) => thrower.Enter(nameof(PipeConnectionLost));

        public override void ProcessExited() => thrower.Enter(nameof(ProcessExited));

        public override void ConnectionLost(Exception? exception) => thrower.Enter(nameof(ConnectionLost));
    }
}
