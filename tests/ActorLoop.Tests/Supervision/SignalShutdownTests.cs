using System.Diagnostics;
using System.Globalization;
using System.Net;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Supervision;

/// <summary>Processes that end in order when a signal asks them to.</summary>
public sealed class SignalShutdownTests
{
    [Theory(DisplayName = "F39 SIGTERM and SIGINT end a server in order: answers are complete, connections end, exit code 0")]
    [InlineData("group", "TERM")]
    [InlineData("group", "INT")]
    [InlineData("loop", "TERM")]
    [InlineData("loop", "INT")]
    public async Task Signal_EndsTheServerInOrder(string kind, string signal)
    {
        await using var host = new ChildProcess(
            "dotnet", Path.Combine(AppContext.BaseDirectory, "ActorLoop.TestHost.dll"), "shutdown", kind);
        (string line, _) = await host.ReadUntilAsync("listening ");
        var target = new IPEndPoint(IPAddress.Loopback, int.Parse(line["listening ".Length..], CultureInfo.InvariantCulture));
        List<RawPeer> peers = [.. Enumerable.Range(0, 20).Select(_ => RawPeer.Connect(target))];
        foreach (RawPeer peer in peers)
        {
            await peer.SendAsync(new byte[10]);
            await peer.ReceiveAsync(10).WaitAsync(Patience.Bound);
        }

        using Process kill = Process.Start("kill", [$"-{signal}", host.Id.ToString(CultureInfo.InvariantCulture)]);
        foreach (RawPeer peer in peers)
        {
            Assert.Empty(await peer.ReceiveToEndAsync().WaitAsync(Patience.Bound));
            peer.Dispose();
        }

        (string ended, _) = await host.ReadUntilAsync("ended ");
        Assert.Equal($"ended SIG{signal} clean", ended);
        Assert.Equal((0, ""), await host.WaitForEndAsync());
    }
}
