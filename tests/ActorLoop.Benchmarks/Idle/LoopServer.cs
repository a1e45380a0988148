using System.Net;
using ActorLoop.Benchmarks.Serve;

namespace ActorLoop.Benchmarks.Idle;

/// <summary>The lean echo server on a thread of this process, so that its memory can be read from here.</summary>
internal sealed class LoopServer : IDisposable
{
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private readonly ServerOptions _options;

    public LoopServer(ServerOptions? options = null)
    {
        _options = options ?? new ServerOptions();
        _thread = new Thread(Serve) { IsBackground = true, Name = "measured loop" };
        _thread.Start();
        Port = _port.Task.GetAwaiter().GetResult();
    }

    public int Port { get; }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }

    private void Serve()
    {
        try
        {
            EventLoop.Run(ServeAsync);
        }
        catch (Exception exception)
        {
            _port.TrySetException(exception);
        }
    }

    private async Task ServeAsync(EventLoop loop)
    {
        await using Server server = await loop.CreateServerAsync(() => new LeanEcho(), "127.0.0.1", 0, _options);
        _port.SetResult(((IPEndPoint)server.EndPoints[0]).Port);
        var stopped = new TaskCompletionSource();
        await using (_stop.Token.Register(stopped.SetResult))
        {
            await stopped.Task;
        }

        server.AbortClients();
    }
}
