using System.Globalization;
using System.Text;
using ActorLoop;

namespace SupervisedService.Chaos;

/// <summary>
/// One client: asks at random, knows every answer, and now and then asks for a crash of its own connection or the worker.
/// </summary>
internal sealed class ChaosClient(EventLoop loop, int number, int port, Random random, ChaosTally tally)
{
    private readonly string _item = $"item-{number}";
    private int _sold;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await using LoopStream stream = await loop.OpenConnectionAsync("127.0.0.1", port, cancellationToken: CancellationToken.None);
            while (!stop.IsCancellationRequested && await AskOneAsync(stream))
            {
                await loop.SleepAsync(TimeSpan.FromMilliseconds(random.Next(20)), CancellationToken.None);
            }
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    private async Task<bool> AskOneAsync(LoopStream stream)
    {
        int dice = random.Next(1000);
        if (dice < 700)
        {
            string text = random.Next().ToString(CultureInfo.InvariantCulture);
            return await ExpectAsync(stream, "echo", text, answer => answer == $"ok {text}");
        }

        if (dice < 850)
        {
            int count = ++_sold;
            return await ExpectAsync(stream, "sell", _item, answer => answer == $"ok {count}");
        }

        if (dice < 988)
        {
            string price = $"ok {ChaosUpstream.PriceOf(_item)}";
            return await ExpectAsync(stream, "price", _item, answer => answer == "busy" ? tally.Busy() : answer == price);
        }

        if (dice < 990)
        {
            return await ExpectAsync(stream, "poison", _item, answer => answer.StartsWith("failed", StringComparison.Ordinal));
        }

        return await CrashAsync(stream);
    }

    private async Task<bool> ExpectAsync(LoopStream stream, string verb, string argument, Func<string, bool> isRight)
    {
        string request = $"{verb} {argument}";
        tally.Asked(verb);
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(request + "\n"));
            string answer = await ReadLineAsync(stream);
            if (isRight(answer))
            {
                return true;
            }

            tally.Lost($"'{request}' was answered with '{answer}'");
        }
        catch (Exception failure) when (failure is IOException or TimeoutException or OperationCanceledException)
        {
            tally.Lost($"'{request}': {failure.Message}");
        }

        return false;
    }

    private async Task<bool> CrashAsync(LoopStream stream)
    {
        tally.Asked("crash");
        try
        {
            await stream.WriteAsync("crash\n"u8.ToArray());
            string answer = await ReadLineAsync(stream);
            if (answer.Length > 0)
            {
                tally.Lost($"'crash' was answered with '{answer}'");
            }
        }
        catch (IOException)
        {
            // A reset is an end, too.
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
        {
            tally.Lost($"'crash' did not end the connection: {failure.Message}");
        }

        return false;
    }

    private async Task<string> ReadLineAsync(LoopStream stream)
    {
        byte[] line = await loop.WithTimeoutAsync(
            token => stream.ReadLineAsync(cancellationToken: token).AsTask(), TimeSpan.FromSeconds(10));
        return Encoding.UTF8.GetString(line).TrimEnd('\n');
    }
}
