using System.Diagnostics;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

public class AcceptFaultTests
{
    /// <summary>What comes before the program of the server, on its command line.</summary>
    protected virtual string[] Surroundings => [];

    [Fact(DisplayName = "SV-09 F1 Out of descriptors: one report, few attempts, others served on, and recovery when some are free")]
    public async Task Accept_OutOfDescriptors_BacksOffAndRecovers()
    {
        const int Clients = 200;
        Assert.SkipWhen(Programs.Find("prlimit") is null, "prlimit is not installed.");
        await using HostedServer server = await HostedServer.StartAsync("prlimit", ["--nofile=160:160", "--", .. Surroundings]);
        using var control = RawPeer.Connect(server.EndPoint);
        await AssertEchoesAsync(control);
        for (int episode = 1; episode <= 2; episode++)
        {
            List<RawPeer> clients = [.. Enumerable.Range(0, Clients).Select(_ => RawPeer.Connect(server.EndPoint))];
            await Patience.WaitForAsync(() => clients.Any(Ended), "a client is turned away");
            Dictionary<string, long> before = await server.StatsAsync();
            Assert.InRange(before["accepted"] - (Clients * (episode - 1)), 10, Clients - 1);
            for (int i = 0; i < 20; i++)
            {
                await AssertEchoesAsync(control);
                await Task.Delay(10);
            }

            // 200 ms: at most two pauses end, each with an attempt or two; the rest is the control connection and these
            // questions. The runtime frees a descriptor now and then.
            Dictionary<string, long> after = await server.StatsAsync();
            Assert.InRange(after["turns"] - before["turns"], 1, 400);
            Assert.InRange(after["accepted"] - before["accepted"], 0, 3);
            Assert.Equal(Enumerable.Repeat("AcceptExhausted", episode), server.Reports);

            clients.ForEach(client => client.Dispose());
            await BeServedAsync(server);
            await AssertEchoesAsync(control);
            while ((await server.StatsAsync())["open"] > 1)
            {
                await Task.Delay(10);
            }
        }

        Assert.Equal(["AcceptExhausted", "AcceptExhausted"], server.Reports);
        control.Dispose();
        Assert.Equal((0, ""), await server.EndAsync());
    }

    [Theory(DisplayName = "SV-10 F2 Any error of accept is survived: dead clients are skipped, the rest pauses, at most one report")]
    [InlineData("ECONNABORTED", null)]
    [InlineData("EPROTO", null)]
    [InlineData("EPERM", null)]
    [InlineData("EMFILE", "AcceptExhausted")]
    [InlineData("ENOBUFS", "AcceptExhausted")]
    [InlineData("EIO", "Accept")]
    public async Task Accept_InjectedError_IsSurvived(string error, string? report)
    {
        Assert.SkipWhen(Programs.Find("strace") is null, "strace is not installed.");
        string log = Path.Combine(Path.GetTempPath(), $"{GetType().Name}-{error}-{Environment.ProcessId}.strace");
        try
        {
            await using HostedServer server = await HostedServer.StartAsync(
                "strace",
                [
                    "-f", "--seccomp-bpf", "-qqq", "-o", log, "-e", "trace=accept4", "-e", $"inject=accept4:error={error}:when=3",
                    .. Surroundings,
                ]);
            int served = 0;
            for (int i = 0; i < 6; i++)
            {
                using var peer = RawPeer.Connect(server.EndPoint);
                served += await EchoesAsync(peer) ? 1 : 0;
            }

            Assert.Equal(served, (await server.StatsAsync())["accepted"]);
            VerifyInjected(served, report, server.Reports);
            Assert.Equal(0, (await server.EndAsync()).ExitCode);
            Assert.Contains($"{error} ", await File.ReadAllTextAsync(log), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(log);
        }
    }

    /// <summary>Six clients came, and one attempt to accept failed.</summary>
    protected virtual void VerifyInjected(int served, string? report, IReadOnlyList<string> reports)
    {
        // Out of descriptors, the one that waits is turned away with the descriptor in reserve.
        Assert.Equal(report == "AcceptExhausted" ? 5 : 6, served);
        Assert.Equal(report is null ? [] : [report], reports);
    }

    /// <summary>
    /// Tries until it is served: whoever comes before the last of the others are gone may still be turned away.
    /// </summary>
    private static async Task BeServedAsync(HostedServer server)
    {
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(10))
        {
            Assert.True(watch.Elapsed < Patience.Bound);
            using var late = RawPeer.Connect(server.EndPoint);
            if (await EchoesAsync(late))
            {
                return;
            }
        }
    }

    private static bool Ended(RawPeer peer) => peer.Socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    private static async Task AssertEchoesAsync(RawPeer peer) => Assert.True(await EchoesAsync(peer));

    private static async Task<bool> EchoesAsync(RawPeer peer)
    {
        byte[] data = TestBytes.Make(100);
        try
        {
            await peer.SendAsync(data);
            byte[] back = await peer.ReceiveAsync(data.Length).WaitAsync(Patience.Bound);
            return data.SequenceEqual(back);
        }
        catch (Exception failure) when (failure is SocketException or EndOfStreamException)
        {
            return false;
        }
    }
}
