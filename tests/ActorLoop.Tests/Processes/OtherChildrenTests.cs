using System.Diagnostics;
using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests.Processes;

/// <summary>Several loops, and children that are none of theirs.</summary>
[Collection(Census.Name)]
public sealed class OtherChildrenTests : ProcessTest
{
    [Fact(DisplayName = "SP-14 Children of System.Diagnostics.Process and of the loop keep their own exit codes")]
    public void OtherPeoplesChildren_AreLeftAlone() => RunChildren(async () =>
    {
        for (int i = 0; i < 20; i++)
        {
            using var other = Process.Start("/bin/sh", ["-c", "exit 42"]);
            RecordingSubprocessProtocol child = await ShellAsync("exit 43");
            using var another = Process.Start("/bin/sh", ["-c", "exit 44"]);
            await child.Lost;
            await other.WaitForExitAsync();
            await another.WaitForExitAsync();
            Assert.Equal((42, 43, 44), (other.ExitCode, child.Transport.ReturnCode!.Value, another.ExitCode));
        }
    });

    [Fact(DisplayName = "SP-14 Two loops on two threads start children at the same time")]
    public async Task TwoLoops_SpawnAtOnce_EachGetsItsOwn()
    {
        using var first = new RunningLoop(new SelectorEventLoop());
        using var second = new RunningLoop(new SelectorEventLoop());
        static async Task SpawnAsync(EventLoop loop, int code)
        {
            for (int i = 0; i < 60; i++)
            {
                await using LoopProcess process = await loop.StartShellAsync($"echo {code}; exit {code}");
                (byte[]? output, _, int returned) = await process.CommunicateAsync();
                Assert.Equal((code, $"{code}\n"), (returned, Text(output)));
            }
        }

        await Task.WhenAll(first.DoAsync(() => SpawnAsync(first.Loop, 1)), second.DoAsync(() => SpawnAsync(second.Loop, 2)));
        Assert.Empty(Zombies());
    }

    [Fact(DisplayName = "SP-14 Where somebody else collects the child, its return code is 255, with a warning")]
    public void CollectedByOthers_Is255() => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ExecAsync(
            "true", [], prepare: protocol => protocol.OnMade = () => ChildThief.Collect(protocol.Transport.ProcessId));
        Assert.Null(await child.Lost);
        Assert.Equal(255, child.Transport.ReturnCode);
        Assert.Contains("collected", Assert.Single(LinesOf(LogLevel.Warning)), StringComparison.Ordinal);
    });
}
