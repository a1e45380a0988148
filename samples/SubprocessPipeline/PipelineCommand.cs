using System.CommandLine;

namespace SubprocessPipeline;

/// <summary>The command line of the sample.</summary>
internal static class PipelineCommand
{
    /// <summary>How often each last digit occurs in the numbers up to 300,000.</summary>
    private static readonly string[] s_example = ["seq 300000", "sed 's/.*\\(.\\)$/\\1/'", "sort", "uniq -c"];

    private static readonly Argument<string[]> s_stages = new("stages")
    {
        Description = "Shell commands; what one writes is the input of the next. Default: an example that counts digits.",
        DefaultValueFactory = _ => s_example,
    };

    public static int Run(string[] args, Func<IReadOnlyList<string>, int> run)
    {
        var command = new RootCommand("Runs programs as a pipeline and shows how much passes between them.") { s_stages };
        command.SetAction(parsed =>
        {
            try
            {
                return run(parsed.GetRequiredValue(s_stages));
            }
            catch (Exception failure) when (failure is IOException or ArgumentException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(failure.Message);
                return 1;
            }
        });

        // The loop handles SIGINT and SIGTERM itself.
        return command.Parse(args).Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }
}
