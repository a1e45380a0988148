using System.Globalization;
using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.Reports;

/// <summary>Figures as they appear in the tables: three significant digits, the same in every culture.</summary>
internal static class Figures
{
    public static readonly string[] ComparisonHeadings =
    [
        "peer", "messages/s", "of c-epoll (min-max)", "of uvloop (min-max)", "p50 µs", "p99 µs", "p99.9 µs",
        "CPU µs/message", "CPU of c-epoll",
    ];

    public static string[] Row(PeerSummary row) =>
    [
        row.Name,
        Rate(row.MessagesPerSecond.Median),
        Ratio(row.ThroughputOfReference),
        Ratio(row.ThroughputOfUvloop),
        Microseconds(row.P50Us),
        Microseconds(row.P99Us),
        Microseconds(row.P999Us),
        Format(row.CpuUsPerMessage, "F2"),
        row.CpuOfReference is null ? "" : Format(row.CpuOfReference.Median, "F2"),
    ];

    public static string Rate(double perSecond) =>
        perSecond >= 1e6 ? $"{Format(perSecond / 1e6, "F2")} M" : $"{Format(perSecond / 1e3, "F1")} k";

    public static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Ratio(Spread? ratio) => ratio is null
        ? ""
        : $"{Format(ratio.Median, "F2")} ({Format(ratio.Min, "F2")}-{Format(ratio.Max, "F2")})";

    private static string Microseconds(double value) => Format(value, value < 100 ? "F1" : "F0");
}
