using System.Text;
using ActorLoop;
using ActorLoop.Resilience;
using Polly;
using Polly.Retry;
using SupervisedService.Upstream;

namespace SupervisedService.Service;

/// <summary>
/// The line service. <c>echo TEXT</c> answers itself, <c>sell ITEM</c> asks a worker, <c>price ITEM</c> asks the upstream,
/// <c>poison ITEM</c> kills the worker, and <c>crash</c> the connection it came by.
/// </summary>
internal sealed class ShopService
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly EventLoop _loop;
    private readonly ServiceEvents _events;
    private readonly ActorRef<StockMessage> _worker;
    private readonly PriceClient _prices;

    public ShopService(EventLoop loop, string upstreamHost, int upstreamPort, ServiceEvents events)
    {
        _loop = loop;
        _events = events;
        var book = new Dictionary<string, int>();
        _worker = loop.Spawn(() => new StockWorker(book, events), "stock", new ActorOptions
        {
            Backoff = new RetryBackoff(
                new RetryStrategyOptions
                {
                    MaxRetryAttempts = int.MaxValue,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = TimeSpan.FromMilliseconds(10),
                    MaxDelay = TimeSpan.FromMilliseconds(200),
                },
                loop,
                resetAfter: TimeSpan.FromSeconds(1)),
        });
        _prices = new PriceClient(loop, upstreamHost, upstreamPort, events);
    }

    public Task<Server> StartAsync(string host, int port) => _loop.StartServerAsync(ServeAsync, host, port);

    /// <summary>The end of everything the service started; the server is the caller's.</summary>
    public async Task StopAsync()
    {
        await _prices.CloseAsync();
        await _worker.StopAsync();
    }

    // What this throws ends one connection, and nothing else.
    private async Task ServeAsync(LoopStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (byte[] line in stream.ReadLinesAsync(cancellationToken: cancellationToken))
            {
                string answer = await AnswerAsync(Encoding.UTF8.GetString(line).Trim());
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer + "\n"), cancellationToken);
            }
        }
        catch (CrashException crash)
        {
            _events.ConnectionCrashed(crash);
            throw;
        }
    }

    private async Task<string> AnswerAsync(string line)
    {
        string[] words = line.Split(' ', 2);
        string argument = words.Length > 1 ? words[1] : "";
        switch (words[0])
        {
            case "echo":
                return $"ok {argument}";
            case "sell":
                return $"ok {await AskWorkerAsync(argument, isPoison: false)}";
            case "price":
                return await _prices.AskAsync(argument) is { } price ? $"ok {price}" : "busy";
            case "poison":
                try
                {
                    await AskWorkerAsync(argument, isPoison: true);
                    return "survived";
                }
                catch (InvalidOperationException failure)
                {
                    return $"failed {failure.Message}";
                }

            case "crash":
                throw new CrashException($"a client asked for it: {line}");
            default:
                return "unknown";
        }
    }

    private Task<int> AskWorkerAsync(string item, bool isPoison) =>
        _worker.AskAsync<int>(reply => new StockMessage(item, isPoison, reply), s_patience);
}
