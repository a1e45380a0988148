using System.Diagnostics;
using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests.Tls;

/// <summary>Many peers that do nothing, or nonsense, at once.</summary>
[Collection(Census.Name)]
public sealed class TlsFloodTests : TlsTest
{
    [Fact(DisplayName = "F11 2000 parked handshakes cost less than 100 MiB and are all closed when their time is over")]
    public void Server_2000ParkedHandshakes_StaysSmall()
    {
        Run(() => ParkAsync(10, TimeSpan.FromMilliseconds(200)));
        DescriptorCensus before = DescriptorCensus.Take();
        Run(() => ParkAsync(2000, TimeSpan.FromSeconds(2)));
        before.WaitUntilNothingNew();
    }

    [Fact(DisplayName = "F10 TL-19 Broken records over many connections are reported once a second, and then how many were left out")]
    public void Records_BrokenOverMany_AreReportedOnceASecond()
    {
        const int Count = 20;
        DescriptorCensus.NothingLeftBy(() => Run(async () =>
        {
            for (int i = 0; i < Count; i++)
            {
                await BreakAsync();
            }

            LoopExceptionContext[] reports = TakeReports();
            Assert.InRange(reports.Length, 1, 5);
            Assert.All(reports, report => Assert.Equal(LoopErrorKind.Tls, report.Kind));
            while (ReportCount == 0)
            {
                await BreakAsync();
            }

            Assert.EndsWith("others since the last report)", TakeReport().Message, StringComparison.Ordinal);
        }));
    }

    /// <summary>A connection whose peer sends nonsense where a record should be.</summary>
    private async Task BreakAsync()
    {
        RecordingProtocol protocol = Recorder();
        using TlsPeer peer = await AcceptedAsync(protocol);
        await peer.SendAsync(new byte[10]);
        await protocol.Record.ReceivedAsync(10);
        await peer.Socket.SendAsync("GET / HTTP/1.1"u8.ToArray());
        Assert.NotNull(await protocol.Record.Lost);
    }

    /// <summary>A quarter of the peers says nothing at all.</summary>
    private async Task ParkAsync(int count, TimeSpan handshakeTimeout)
    {
        RecordingProtocol[] protocols = [.. Enumerable.Range(0, count + 1).Select(_ => Recorder())];
        long managed = GC.GetTotalMemory(forceFullCollection: true);
        long resident = Resident();
        Server server = await ServeAsync(
            new ServerOptions
            {
                Tls = TestCertificates.ServerOptions(),
                HandshakeTimeout = handshakeTimeout,
                Backlog = count,
            },
            protocols);
        var peers = new List<RawPeer>();
        // A complete record with the beginning of a hello in it: the handshake runs, and waits.
        byte[] beginning = Convert.FromHexString("16030100050100010000");
        for (int i = 0; i < count; i++)
        {
            RawPeer peer = await RawAsync(PortOf(server));
            peers.Add(peer);
            if (i % 4 != 0)
            {
                await peer.SendAsync(beginning);
            }
        }

        await Patience.WaitForAsync(() => server.ConnectionCount == count, "all are parked");
        await TurnsAsync(10);
        Assert.Equal(count, server.ConnectionCount);
        const long Limit = 100L << 20;
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - managed, long.MinValue, Limit);
        Assert.InRange(Resident() - resident, long.MinValue, Limit);

        await Patience.WaitForAsync(() => server.ConnectionCount == 0, "all are closed");
        Assert.InRange(LinesOf(LogLevel.Warning).Length, 1, 10);
        peers.ForEach(peer => peer.Dispose());

        using (TlsPeer good = await TlsPeer.ConnectAsync(PortOf(server)))
        {
            await protocols[^1].Record.Made;
            await good.Stream.ShutdownAsync();
        }

        server.Close();
        await server.WaitClosedAsync();
        Assert.All(protocols[..^1], protocol => Assert.Empty(protocol.Record.Calls));
        await NoTimersLeftAsync();
    }

    private static long Resident()
    {
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
