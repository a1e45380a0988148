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

    [Theory(DisplayName = "SP-14 Where somebody else collects the child, the kernel is asked; else it is 255, with a warning")]
    [InlineData("exit 7", 7)]
    [InlineData("kill -9 $$", -9)]
    public void CollectedByOthers_IsRecalledOr255(string command, int expected) => RunChildren(async () =>
    {
        RecordingSubprocessProtocol child = await ShellAsync(
            command, prepare: protocol => protocol.OnMade = () => ChildThief.Collect(protocol.Transport.ProcessId));
        Assert.Null(await child.Lost);
        bool recalls = Environment.OSVersion.Version >= new Version(6, 15);
        Assert.Equal(recalls ? expected : 255, child.Transport.ReturnCode);
        Assert.Equal(recalls ? 0 : 1, LinesOf(LogLevel.Warning).Length);
    });
}
