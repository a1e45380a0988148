using System.Net;
using System.Net.Sockets;
using ActorLoop.Selectors;
using Xunit;

namespace ActorLoop.Tests.Sockets;

/// <summary>What the operations on sockets promise, whatever the loop waits in.</summary>
public abstract partial class SocketContract : LoopTest
{
    private readonly List<IDisposable> _mine = [];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _mine.ForEach(item => item.Dispose());
        }

        base.Dispose(disposing);
    }

    protected static Socket NewSocket(SocketType type = SocketType.Stream) =>
        new(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp)
        {
            Blocking = false,
        };

    /// <summary>The call itself throws, not what it returns.</summary>
    protected static T Refused<T>(Func<object> call)
        where T : Exception => Assert.Throws<T>(() =>
        {
            _ = call();
        });

    /// <summary>
    /// Whether calls come from a pool: awaiting one twice is noticed, and none of them allocates. Those of a loop over completions are
    /// tasks.
    /// </summary>
    protected virtual bool CallsArePooled => true;

    /// <summary>
    /// Whether data may have been taken before the loop has its turn, by whoever completes the operation; a cancellation then comes
    /// too late, and the data is the result.
    /// </summary>
    protected virtual bool DataIsTakenElsewhere => false;

    protected virtual bool WatchesDescriptors => true;

    protected abstract Selector CreateSelector();

    protected override EventLoop CreateLoop(EventLoopOptions options) => new SelectorEventLoop(CreateSelector(), options);

    protected T Mine<T>(T item)
        where T : IDisposable
    {
        _mine.Add(item);
        return item;
    }

    protected Socket NewListener()
    {
        Socket listener = Mine(NewSocket());
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    /// <summary>Two connected, non-blocking TCP sockets.</summary>
    protected (Socket Near, Socket Far) NewPair(bool smallBuffers = false)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (smallBuffers)
        {
            near.SendBufferSize = near.ReceiveBufferSize = listener.SendBufferSize = listener.ReceiveBufferSize = 1;
        }

        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        near.Connect(listener.LocalEndPoint!);
        Socket far = listener.Accept();
        near.NoDelay = far.NoDelay = true;
        near.Blocking = far.Blocking = false;
        return (Mine(near), Mine(far));
    }

    /// <summary>A bound, non-blocking UDP socket.</summary>
    protected (Socket Socket, IPEndPoint Address) NewDatagramSocket()
    {
        Socket socket = Mine(NewSocket(SocketType.Dgram));
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (socket, (IPEndPoint)socket.LocalEndPoint!);
    }

    protected async Task<byte[]> ReceiveExactlyAsync(Socket socket, int count)
    {
        var all = new byte[count];
        for (int received = 0; received < count;)
        {
            int now = await Loop.SocketReceiveAsync(socket, all.AsMemory(received));
            Assert.NotEqual(0, now);
            received += now;
        }

        return all;
    }

    private async Task SendForEverAsync(Socket socket, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Loop.SocketSendAllAsync(socket, new byte[64 * 1024], cancellationToken);
        }
    }
}

public sealed class EpollSocketTests : SocketContract
{
    protected override Selector CreateSelector() => new EpollSelector();
}

public sealed class PollSocketTests : SocketContract
{
    protected override Selector CreateSelector() => new PollSelector();
}

public sealed class SelectSocketTests : SocketContract
{
    protected override Selector CreateSelector() => new SelectSelector();
}

public sealed class SharedSocketTests : SocketContract
{
    private readonly SharedSelector _shared = new(new EpollSelector());

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _shared.Dispose();
        }
    }

    protected override Selector CreateSelector() => _shared.CreatePort();
}

public sealed class ProactorSocketTests : SocketContract
{
    protected override bool CallsArePooled => false;

    protected override bool DataIsTakenElsewhere => true;

    protected override bool WatchesDescriptors => false;

    protected override EventLoop CreateLoop(EventLoopOptions options) => new ProactorEventLoop(options);

    protected override Selector CreateSelector() => throw new NotSupportedException();
}
