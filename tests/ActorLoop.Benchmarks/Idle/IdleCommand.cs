using System.CommandLine;
using System.Globalization;
using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.Idle;

/// <summary>The <c>idle</c> verb: what a loop costs while nothing happens, and what a steady echo allocates.</summary>
internal static class IdleCommand
{
    private static readonly Option<int> Connections = new("--connections") { DefaultValueFactory = _ => 1000 };
    private static readonly Option<int> Messages = new("--messages") { DefaultValueFactory = _ => 200_000 };
    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "How long the idle loop is watched.",
        DefaultValueFactory = _ => 5,
    };

    private static readonly Option<bool> Tls = new("--tls")
    {
        Description = "Under TLS: memory per idle connection, managed and of the whole process. Needs the headers of OpenSSL.",
    };

    public static Command Create()
    {
        var command = new Command("idle", "Measures memory per idle connection, CPU of an idle loop, and bytes allocated per message.")
        {
            Connections, Messages, Seconds, Tls,
        };
        command.SetAction((line, token) => line.GetValue(Tls) ? RunTlsAsync(line, token) : Task.Run(() => Run(line), token));
        return command;
    }

    private static void Run(ParseResult line)
    {
        Machine.WarnIfNotOptimized(Console.Error.WriteLine);
        using var measurement = new IdleMeasurement();
        int connections = line.GetValue(Connections);
        (double fresh, double used) = measurement.BytesPerConnection(connections);
        Say($"managed bytes per connection: {fresh:F0} fresh, {used:F0} after one echo (goal: at most 2048)");
        TimeSpan watched = TimeSpan.FromSeconds(line.GetValue(Seconds));
        TimeSpan cpu = measurement.CpuWhileIdle(connections, watched);
        Say($"CPU of an idle loop with {connections} connections: {cpu.TotalMilliseconds:F2} ms in {watched.TotalSeconds} s (goal: none)");
        double allocated = measurement.BytesPerMessage(line.GetValue(Messages));
        Say($"managed bytes allocated per echoed message: {allocated:F3} (goal: 0)");
    }

    private static async Task RunTlsAsync(ParseResult line, CancellationToken cancellationToken)
    {
        Machine.WarnIfNotOptimized(Console.Error.WriteLine);
        using var measurement = await TlsIdleMeasurement.StartAsync(cancellationToken);
        TlsIdleResult result = await measurement.MeasureAsync(line.GetValue(Connections), cancellationToken);
        Say($"managed bytes per idle TLS connection: {result.Managed:F0}");
        Say($"resident bytes per idle TLS connection: {result.Resident:F0}, OpenSSL's own among them");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
