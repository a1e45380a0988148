using System.CommandLine;
using System.Globalization;
using System.Net;
using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.Faults;

/// <summary>The <c>crash</c> verb: what healthy connections notice of thousands beside them whose protocol throws.</summary>
internal static class CrashCommand
{
    private static readonly Option<int> Healthy = new("--healthy") { DefaultValueFactory = _ => 50 };
    private static readonly Option<int> Rate = new("--rate")
    {
        Description = "Connections a second that crash.",
        DefaultValueFactory = _ => 10_000,
    };

    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "How long each of the two rounds takes.",
        DefaultValueFactory = _ => 5,
    };

    public static Command Create()
    {
        var command = new Command("crash", "Measures the latency of healthy connections, alone and beside connections that crash.")
        {
            Healthy, Rate, Seconds,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        Machine.WarnIfNotOptimized(Console.Error.WriteLine);
        TimeSpan time = TimeSpan.FromSeconds(line.GetValue(Seconds));
        await using var group = new EventLoopGroup(1);
        Server server = await group.CreateServerAsync(
            static () => new EchoOrCrash(),
            "127.0.0.1",
            0,
            new ServerOptions { Backlog = 4096, ConnectionStrategy = new OneForOneStrategy { ReportFailures = false } },
            cancellationToken: cancellationToken);
        var target = (IPEndPoint)server.EndPoints[0];
        await using var clients = new EventLoopThread();
        var echoes = new HealthyClients(clients.Loop, target);
        await echoes.ConnectAsync(line.GetValue(Healthy));
        _ = await echoes.MeasureAsync(TimeSpan.FromSeconds(1));
        Latencies alone = await echoes.MeasureAsync(time);
        Say($"alone:          {alone}");
        long before = server.AcceptedCount;
        Task<Latencies> measured = echoes.MeasureAsync(time);
        double rate = await Task.Factory.StartNew(
            () => CrashingPeer.Run(target, line.GetValue(Rate), time),
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Latencies beside = await measured;
        Say($"beside crashes: {beside}");
        Say($"crashes: {rate:F0} a second, {server.AcceptedCount - before} accepted in all");
        Say($"p99 {beside.Percentile(0.99) / alone.Percentile(0.99):F2} times that of before (goal: at most 2)");
        string described = group.Describe().Split('\n').First(text => text.Contains("restarts=", StringComparison.Ordinal)).Trim();
        Say($"{described} (goal: restarts=0)");
        return 0;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
