using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.Faults;

/// <summary>The <c>drain</c> verb: how long the orderly end of a group with many open connections takes.</summary>
internal static class DrainCommand
{
    private static readonly Option<int> Connections = new("--connections")
    {
        Description = "Open connections; the hard limit of descriptors must allow for as many.",
        DefaultValueFactory = _ => 10_000,
    };

    private static readonly Option<int> Stuck = new("--stuck")
    {
        Description = "How many of them do not read what is sent to them, and have to be aborted.",
        DefaultValueFactory = _ => 10,
    };

    private static readonly Option<double> Deadline = new("--deadline")
    {
        Description = "Seconds that connections get to end in order.",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<int> Peers = new("--peers")
    {
        Description = "For the process with the other ends: the port to connect to.",
        Hidden = true,
    };

    public static Command Create()
    {
        var command = new Command("drain", "Measures the coordinated shutdown of a group with many open connections.")
        {
            Connections, Stuck, Deadline, Peers,
        };
        command.SetAction((line, token) => line.GetValue(Peers) == 0 ? RunAsync(line, token) : Task.FromResult(DrainPeers.Run(
            line.GetValue(Peers), line.GetValue(Connections), line.GetValue(Stuck))));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        Machine.WarnIfNotOptimized(Console.Error.WriteLine);
        int count = line.GetValue(Connections);
        int stuck = line.GetValue(Stuck);
        int before = OpenSockets();
        var ends = new EndCounter();
        var group = new EventLoopGroup(2);
        Server server = await group.CreateServerAsync(
            () => new Draining(ends), "127.0.0.1", 0, new ServerOptions { Backlog = 4096 }, cancellationToken: cancellationToken);
        using Process peers = DrainPeers.Start(((IPEndPoint)server.EndPoints[0]).Port, count, stuck);
        while (server.ConnectionCount < count || ends.Flooded < stuck)
        {
            await Task.Delay(10, cancellationToken);
        }

        long start = Stopwatch.GetTimestamp();
        TimeSpan deadline = TimeSpan.FromSeconds(line.GetValue(Deadline));
        await group.StopAsync(deadline);
        Say($"{count} connections, {stuck} of them stuck: stopped in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms");
        ShutdownReport report = await group.Shutdown.RunAsync();
        foreach (ShutdownPhaseReport phase in report.Phases)
        {
            Say($"  {phase.Name}: {phase.Elapsed.TotalMilliseconds:F1} ms{(phase.IsTimedOut ? ", time was up" : "")}");
        }

        peers.StandardInput.Close();
        await peers.WaitForExitAsync(cancellationToken);
        Say($"ended once: {ends.Once} (goal: {count}), more than once: {ends.More} (goal: 0)");
        Say($"sockets: {before} before, {OpenSockets()} after");
        return ends.Once == count && ends.More == 0 ? 0 : 1;
    }

    private static int OpenSockets() => Directory.GetFiles("/proc/self/fd")
        .Count(path => new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed class EndCounter
    {
        private int _once;
        private int _more;
        private int _flooded;

        public int Once => Volatile.Read(ref _once);

        public int More => Volatile.Read(ref _more);

        public int Flooded => Volatile.Read(ref _flooded);

        public void Ended(bool again) => Interlocked.Increment(ref again ? ref _more : ref _once);

        public void Flood() => Interlocked.Increment(ref _flooded);
    }

    /// <summary>Sends more than anybody's buffers hold, once it is asked to.</summary>
    private sealed class Draining(EndCounter ends) : Protocol
    {
        private static readonly byte[] Much = new byte[8 << 20];

        private ITransport? _transport;
        private bool _ended;

        public override void ConnectionMade(ITransport transport)
        {
            _transport = transport;
            transport.WriteBufferLimits = new WriteBufferLimits(high: 16 << 20, low: 1 << 20, cap: 32 << 20);
        }

        public override void DataReceived(ReadOnlySpan<byte> data)
        {
            _transport!.Write(Much);
            ends.Flood();
        }

        public override void ConnectionLost(Exception? exception)
        {
            ends.Ended(_ended);
            _ended = true;
        }
    }
}
