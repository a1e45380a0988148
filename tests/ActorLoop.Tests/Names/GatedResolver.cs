using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Names;

/// <summary>A blocking resolver: hosts that begin with "hang" block a thread until the test opens the gate.</summary>
internal sealed class GatedResolver(int maxThreads) : BlockingNameResolver("gated", maxThreads), IDisposable
{
    private readonly ManualResetEventSlim _gate = new();
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public void Open() => _gate.Set();

    public void Dispose()
    {
        Open();
        Patience.WaitFor(() => Statistics is { Running: 0, Abandoned: 0 }, "the lookups end");
        _gate.Dispose();
    }

    protected override IReadOnlyList<AddressInfo> GetAddressInfo(string? host, string? service, AddressInfoOptions options)
    {
        Interlocked.Increment(ref _calls);
        if (host!.StartsWith("hang", StringComparison.Ordinal))
        {
            Patience.WaitFor(_gate.WaitHandle, "the gate");
        }

        if (host.StartsWith("fail", StringComparison.Ordinal))
        {
            throw new SocketException((int)SocketError.NoRecovery, "on purpose");
        }

        return [new AddressInfo(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0), SocketType.Stream, ProtocolType.Tcp)];
    }

    protected override NameInfo GetNameInfo(IPEndPoint endPoint, NameInfoHints flags) =>
        new($"{Thread.CurrentThread.Name}", $"{endPoint.Port}");
}
