using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace ActorLoop.Benchmarks.Compare;

/// <summary>What a reader needs to judge figures: where and how they were taken.</summary>
internal static class Machine
{
    public static string Describe()
    {
        string processor = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()
            : RuntimeInformation.ProcessArchitecture.ToString();
        return $"{processor}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, "
            + RuntimeInformation.FrameworkDescription;
    }

    public static string CommandLine() =>
        "dotnet run -c Release --project tests/ActorLoop.Benchmarks -- "
            + string.Join(' ', Environment.GetCommandLineArgs().Skip(1));

    public static void WarnIfNotOptimized(Action<string> say)
    {
        if (typeof(Machine).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled == true)
        {
            say("warning: this is a debug build; the .NET rows mean nothing without -c Release");
        }
    }
}
