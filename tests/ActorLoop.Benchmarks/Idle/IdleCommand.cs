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

    public static Command Create()
    {
        var command = new Command("idle", "Measures memory per idle connection, CPU of an idle loop, and bytes allocated per message.")
        {
            Connections, Messages, Seconds,
        };
        command.SetAction(Run);
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

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
