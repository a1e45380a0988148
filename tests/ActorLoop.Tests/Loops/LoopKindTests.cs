using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Loops;

/// <summary>Which kind of loop is made by those who do not name its class.</summary>
public sealed class LoopKindTests
{
    [Theory(DisplayName = "PR-06 The options say which kind of loop is made, and the environment does not count then")]
    [InlineData(EventLoopKind.Selector, typeof(SelectorEventLoop))]
    [InlineData(EventLoopKind.Proactor, typeof(ProactorEventLoop))]
    public async Task Kind_InTheOptions_IsMade(EventLoopKind kind, Type expected)
    {
        var options = new EventLoopOptions { Kind = kind };
        using (EventLoop loop = EventLoop.Create(options))
        {
            Assert.IsType(expected, loop);
        }

        await using (var thread = new EventLoopThread(options))
        {
            Assert.IsType(expected, thread.Loop);
        }

        await using var group = new EventLoopGroup(2, new EventLoopGroupOptions { Loop = options });
        Assert.All(group.Loops, loop => Assert.IsType(expected, loop));
        Assert.Equal(expected.Name, await RunChildAsync(kind == EventLoopKind.Selector ? "proactor" : "selector", $"{kind}"));
    }

    [Theory(DisplayName = "PR-06 Where the options leave it open, the environment says; where that says nothing, the system")]
    [InlineData("selector", nameof(SelectorEventLoop))]
    [InlineData("proactor", nameof(ProactorEventLoop))]
    [InlineData("", nameof(SelectorEventLoop))]
    [InlineData("uvloop", "The environment variable ACTORLOOP_LOOP is 'uvloop'; it must be 'selector', 'proactor', or not set.")]
    public async Task Kind_InTheEnvironment_IsMade(string variable, string expected) =>
        Assert.Equal(expected, await RunChildAsync(variable, $"{EventLoopKind.Default}"));

    [Fact(DisplayName = "PR-06 Loops over completions have no selector to share")]
    public void Kind_WithASharedSelector_IsRefused() => Assert.Throws<ArgumentException>("options", () =>
    {
        _ = new EventLoopGroup(2, new EventLoopGroupOptions
        {
            SelectorSharing = SelectorSharing.Shared,
            Loop = new EventLoopOptions { Kind = EventLoopKind.Proactor },
        });
    });

    private static async Task<string> RunChildAsync(string variable, string kind)
    {
        string host = Path.Combine(AppContext.BaseDirectory, "ActorLoop.TestHost.dll");
        await using var child = new ChildProcess("env", $"ACTORLOOP_LOOP={variable}", "dotnet", host, "kind", kind);
        (string line, _) = await child.ReadUntilAsync("kind ");
        Assert.Equal((0, ""), await child.WaitForEndAsync());
        return line["kind ".Length..];
    }
}
