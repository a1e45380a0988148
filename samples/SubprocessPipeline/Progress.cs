using ActorLoop;
using Spectre.Console;

namespace SubprocessPipeline;

/// <summary>
/// Shows what passes between the programs: live on the error output when that is a terminal which the result does not go to as
/// well, else once at the end.
/// </summary>
internal static class Progress
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    public static async Task<int> ShowAsync(EventLoop loop, Pipeline pipeline, Func<Task<int>> runAsync)
    {
        if (Console.IsErrorRedirected || !Console.IsOutputRedirected)
        {
            int code = await runAsync();
            foreach (Stage stage in pipeline.Stages)
            {
                await Console.Error.WriteLineAsync($"{stage.Command}: {stage.Written} bytes, {stage.State}");
            }

            return code;
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Live(Describe(pipeline)).StartAsync(async live =>
        {
            Task<int> running = runAsync();
            while (await Task.WhenAny(running, Task.Delay(s_interval, loop.TimeProvider)) != running)
            {
                live.UpdateTarget(Describe(pipeline));
            }

            live.UpdateTarget(Describe(pipeline));
            return await running;
        });
    }

    private static Table Describe(Pipeline pipeline)
    {
        Table table = new Table().AddColumns("program", "bytes written", "state");
        foreach (Stage stage in pipeline.Stages)
        {
            table.AddRow(stage.Command.EscapeMarkup(), $"{stage.Written:N0}", stage.State.EscapeMarkup());
        }

        return table;
    }
}
