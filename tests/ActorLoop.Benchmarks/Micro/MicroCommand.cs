using System.CommandLine;
using BenchmarkDotNet.Running;

namespace ActorLoop.Benchmarks.Micro;

/// <summary>The <c>micro</c> verb: BenchmarkDotNet over the parts, with its own options behind the verb.</summary>
internal static class MicroCommand
{
    public static Command Create()
    {
        var command = new Command("micro", "Runs BenchmarkDotNet; its options follow, such as --filter '*Timer*'.");
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(line =>
        {
            BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run([.. line.UnmatchedTokens]);
        });
        return command;
    }
}
