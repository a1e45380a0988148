using System.Diagnostics;
using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.Spawn;

/// <summary>The peers that live in this program: children with three pipes, from the first start to the end of the last.</summary>
internal static class SpawnPeers
{
    public const string ActorLoop = "actorloop";
    public const string Streams = "actorloop streams";
    public const string Dotnet = "dotnet process";

    public static Task<TimeSpan> MeasureAsync(string peer, SpawnLoad load) => peer switch
    {
        ActorLoop => Task.Run(() => EventLoop.Run(async loop => await MeasureAsync(load, () => OnLoopAsync(loop, load.Program)))),
        Streams => Task.Run(() => EventLoop.Run(async loop => await MeasureAsync(load, () => StreamsAsync(loop, load.Program)))),
        Dotnet => MeasureAsync(load, () => ProcessAsync(load.Program)),
        _ => throw new ComparisonException($"No peer '{peer}'."),
    };

    private static async Task<TimeSpan> MeasureAsync(SpawnLoad load, Func<Task<int>> spawnAsync)
    {
        await RunAsync(load.WarmUp, load.InFlight, spawnAsync);
        long begin = Stopwatch.GetTimestamp();
        await RunAsync(load.Count, load.InFlight, spawnAsync);
        return Stopwatch.GetElapsedTime(begin);
    }

    private static async Task RunAsync(int count, int inFlight, Func<Task<int>> spawnAsync)
    {
        int started = 0;
        async Task WorkAsync()
        {
            while (Interlocked.Increment(ref started) <= count)
            {
                if (await spawnAsync() is not 0 and int code)
                {
                    throw new ComparisonException($"A child ended with {code}.");
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => WorkAsync()));
    }

    private static async Task<int> OnLoopAsync(EventLoop loop, string program)
    {
        (ISubprocessTransport child, EndProtocol protocol) =
            await loop.SubprocessExecAsync(static () => new EndProtocol(), program, []);
        await protocol.Ended;
        return child.ReturnCode!.Value;
    }

    private static async Task<int> StreamsAsync(EventLoop loop, string program)
    {
        await using LoopProcess process = await loop.StartProcessAsync(program, []);
        return (await process.CommunicateAsync()).ReturnCode;
    }

    private static async Task<int> ProcessAsync(string program)
    {
        using Process process = Process.Start(new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task output = process.StandardOutput.ReadToEndAsync();
        Task errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        await Task.WhenAll(output, errors);
        return process.ExitCode;
    }

    private sealed class EndProtocol : SubprocessProtocol
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public override void ConnectionLost(Exception? exception) => _ended.SetResult();
    }
}
