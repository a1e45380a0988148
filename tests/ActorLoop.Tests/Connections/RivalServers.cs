using System.Net.Sockets;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Connections;

/// <summary>Several loops that start a server at the same moment, all on the path of the same dead socket.</summary>
internal sealed class RivalServers : IDisposable
{
    private readonly string _path;
    private readonly Thread[] _threads;
    private readonly ManualResetEventSlim _stop = new();
    private int _winners;
    private int _losers;

    public RivalServers(string path, int count)
    {
        _path = path;
        DeadSocket.Leave(path);
        using var start = new Barrier(count);
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() =>
            Compete(start)) { Name = $"rival {i}", IsBackground = true })];
        Array.ForEach(_threads, thread => thread.Start());
        Patience.WaitFor(() => Volatile.Read(ref _winners) + Volatile.Read(ref _losers) == count, "all have tried");
    }

    public int Winners => Volatile.Read(ref _winners);

    public void Connect()
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(_path));
    }

    public void Dispose()
    {
        _stop.Set();
        Array.ForEach(_threads, Patience.Join);
        _stop.Dispose();
    }

    private void Compete(Barrier start)
    {
        using var loop = new SelectorEventLoop();
        start.SignalAndWait();
        try
        {
            loop.RunUntilComplete(async () => await loop.CreateUnixServerAsync(() => new RecordingProtocol(), _path));
            Interlocked.Increment(ref _winners);
            _stop.Wait();
        }
        catch (SocketException)
        {
            Interlocked.Increment(ref _losers);
        }
    }
}
