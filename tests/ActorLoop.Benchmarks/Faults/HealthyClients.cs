using System.Diagnostics;
using System.Net;

namespace ActorLoop.Benchmarks.Faults;

/// <summary>Connections that ask once in a while and note how long the answer took.</summary>
internal sealed class HealthyClients(EventLoop loop, IPEndPoint target)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly List<Client> _clients = [];
    private List<double>? _latencies;

    public Task ConnectAsync(int count) => OnLoopAsync(async () =>
    {
        for (int i = 0; i < count; i++)
        {
            (_, Client client) = await loop.CreateConnectionAsync(
                () => new Client(this), target.Address.ToString(), target.Port);
            _clients.Add(client);
        }
    });

    public async Task<Latencies> MeasureAsync(TimeSpan time)
    {
        var latencies = new List<double>();
        await OnLoopAsync(async () =>
        {
            _latencies = latencies;
            _clients.ForEach(client => client.Ask());
            await Task.Delay(time, loop.TimeProvider);
            _latencies = null;
        });
        return new Latencies(latencies);
    }

    private Task OnLoopAsync(Func<Task> body)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => _ = RunAsync());
        return done.Task;

        async Task RunAsync()
        {
            try
            {
                await body();
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        }
    }

    private sealed class Client(HealthyClients owner) : Protocol
    {
        private static readonly byte[] Question = new byte[64];

        private ITransport? _transport;
        private long _asked;

        public override void ConnectionMade(ITransport transport) => _transport = transport;

        public void Ask()
        {
            if (owner._latencies is not null && _asked == 0)
            {
                _asked = Stopwatch.GetTimestamp();
                _transport!.Write(Question);
            }
        }

        public override void DataReceived(ReadOnlySpan<byte> data)
        {
            owner._latencies?.Add(Stopwatch.GetElapsedTime(_asked).TotalMicroseconds);
            _asked = 0;
            _transport!.Loop.CallLater(Pause, Ask);
        }
    }
}
