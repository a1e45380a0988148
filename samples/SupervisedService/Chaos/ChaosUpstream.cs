using System.Globalization;
using System.Net;
using System.Text;
using ActorLoop;

namespace SupervisedService.Chaos;

/// <summary>An upstream that is well, hangs, cuts its clients off, or is gone for a while; which one when, its seed says.</summary>
internal sealed class ChaosUpstream(EventLoop loop, int seed)
{
    private readonly Random _random = new(seed);
    private Server? _server;
    private TaskCompletionSource? _hang;

    public int Port { get; private set; }

    public static string PriceOf(string item) =>
        (item.Sum(letter => letter) % 1000).ToString(CultureInfo.InvariantCulture);

    public async Task StartAsync()
    {
        _server = await loop.StartServerAsync(ServeAsync, "127.0.0.1", Port);
        Port = ((IPEndPoint)_server.EndPoints[0]).Port;
    }

    public async Task MisbehaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await PauseAsync(400, 1600, cancellationToken);
                switch (_random.Next(3))
                {
                    case 0:
                        _server!.AbortClients();
                        break;
                    case 1:
                        _hang = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                        await PauseAsync(300, 900, cancellationToken);
                        Recover();
                        break;
                    default:
                        _server!.Close();
                        _server.AbortClients();
                        await _server.WaitClosedAsync(cancellationToken);
                        await PauseAsync(200, 900, cancellationToken);
                        await StartAsync();
                        break;
                }
            }
        }
        finally
        {
            Recover();
            _server!.Close();
            _server.AbortClients();
        }
    }

    private async Task ServeAsync(LoopStream stream, CancellationToken cancellationToken)
    {
        await foreach (byte[] line in stream.ReadLinesAsync(cancellationToken: cancellationToken))
        {
            if (_hang is { } hang)
            {
                await hang.Task.WaitAsync(cancellationToken);
            }

            string item = Encoding.UTF8.GetString(line).Trim()["price ".Length..];
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{PriceOf(item)}\n"), cancellationToken);
        }
    }

    private void Recover()
    {
        _hang?.TrySetResult();
        _hang = null;
    }

    private async Task PauseAsync(int least, int most, CancellationToken cancellationToken) =>
        await loop.SleepAsync(TimeSpan.FromMilliseconds(_random.Next(least, most)), cancellationToken);
}
