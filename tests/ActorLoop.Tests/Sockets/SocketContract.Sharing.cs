using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Sockets;

public abstract partial class SocketContract
{
    [Fact(DisplayName = "SK-10 A socket that a transport or server uses is refused, and can be used when that is gone")]
    public void Operations_SocketOfATransport_AreRefused() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        RecordingProtocol protocol = Recorder();
        (ITransport transport, _) = await Loop.CreateConnectionAsync(() => protocol, near);
        Refused<InvalidOperationException>(() => Loop.SocketReceiveAsync(near, new byte[1]));
        Refused<InvalidOperationException>(() => Loop.SocketReceiveFromAsync(near, new byte[1]));
        Refused<InvalidOperationException>(() => Loop.SocketSendAllAsync(near, new byte[1]));
        Refused<InvalidOperationException>(() => Loop.SocketSendToAsync(near, new byte[1], near.RemoteEndPoint!));
        Refused<InvalidOperationException>(() => Loop.SocketConnectAsync(near, near.RemoteEndPoint!));
        Refused<InvalidOperationException>(() => Loop.SocketAcceptAsync(near));
        Refused<InvalidOperationException>(() => Loop.SocketSendFileAsync(near, new MemoryStream()));
        Assert.Equal(0, far.Available);
        transport.Close();
        await protocol.Record.Lost;
        Refused<ObjectDisposedException>(() => Loop.SocketReceiveAsync(near, new byte[1]));
        Assert.Equal(0, await Loop.SocketReceiveAsync(far, new byte[1]));
    });

    [Fact(DisplayName = "SK-10 An idle socket can be given to a transport or be watched; one with a waiting call cannot")]
    public void Socket_AfterOperations_CanBeGivenAway() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        using var cancellation = new CancellationTokenSource();
        Task<int> waiting = Loop.SocketReceiveAsync(near, new byte[1], cancellation.Token).AsTask();
        if (WatchesDescriptors)
        {
            Assert.Throws<InvalidOperationException>(() => Loop.AddReader(near, () => { }));
            Refused<InvalidOperationException>(() => Loop.RemoveWriter(near));
        }
        else
        {
            Assert.Throws<NotSupportedException>(() => Loop.AddReader(near, () => { }));
        }

        await far.SendAsync("a"u8.ToArray(), CancellationToken.None);
        Assert.Equal(1, await waiting);

        if (WatchesDescriptors)
        {
            await WatchAsync(near, far);
        }

        ValueTask<int> last = Loop.SocketReceiveAsync(near, new byte[1], CancellationToken.None);
        await far.SendAsync("c"u8.ToArray(), CancellationToken.None);
        await last;
        RecordingProtocol protocol = Recorder();
        (ITransport transport, _) = await Loop.CreateConnectionAsync(() => protocol, near, cancellationToken: CancellationToken.None);
        await far.SendAsync("d"u8.ToArray(), CancellationToken.None);
        await protocol.Record.ReceivedAsync(1);
        transport.Close();
        await protocol.Record.Lost;
    });

    private async Task WatchAsync(Socket near, Socket far)
    {
        var readable = new TaskCompletionSource();
        Assert.False(Loop.RemoveReader(near));
        Loop.AddReader(near, () => readable.TrySetResult());
        Refused<InvalidOperationException>(() => Loop.SocketReceiveAsync(near, new byte[1], CancellationToken.None));
        await far.SendAsync("b"u8.ToArray(), CancellationToken.None);
        await readable.Task;
        Assert.True(Loop.RemoveReader(near));
        Assert.Equal(1, await Loop.SocketReceiveAsync(near, new byte[1], CancellationToken.None));
    }

    [Fact(DisplayName = "SK-10 One call reads and one writes at the same time; a second in the same direction is refused")]
    public void Operations_TwoInOneDirection_AreRefused() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair(smallBuffers: true);
        ValueTask<int> receiving = Loop.SocketReceiveAsync(near, new byte[1]);
        Task sending = Loop.SocketSendAllAsync(near, new byte[200_000]).AsTask();
        Refused<InvalidOperationException>(() => Loop.SocketReceiveAsync(near, new byte[1]));
        Refused<InvalidOperationException>(() => Loop.SocketReceiveFromAsync(near, new byte[1]));
        Refused<InvalidOperationException>(() => Loop.SocketSendAllAsync(near, new byte[1]));
        await ReceiveExactlyAsync(far, 200_000);
        await sending;
        await far.SendAsync("x"u8.ToArray());
        Assert.Equal(1, await receiving);
    });

    [Fact(DisplayName = "SK-12 A socket that is closed between two calls leaves no trace for the next with its number")]
    public void Socket_ClosedWhileIdle_LeavesItsNumberFree() => Run(async () =>
    {
        using Socket listener = NewListener();
        var numbers = new HashSet<nint>();
        for (int round = 0; round < 30; round++)
        {
            Socket client = NewSocket();
            ValueTask<Socket> accepting = Loop.SocketAcceptAsync(listener);
            await Loop.SocketConnectAsync(client, listener.LocalEndPoint!);
            Socket server = await accepting;
            numbers.Add(client.Handle);
            numbers.Add(server.Handle);
            ValueTask<int> receiving = Loop.SocketReceiveAsync(server, new byte[10]);
            await Loop.SocketSendAllAsync(client, "ping"u8.ToArray());
            Assert.Equal(4, await receiving);
            receiving = Loop.SocketReceiveAsync(client, new byte[10]);
            await Loop.SocketSendAllAsync(server, "pong"u8.ToArray());
            Assert.Equal(4, await receiving);
            client.Dispose();
            server.Dispose();
        }

        // The numbers did come back.
        Assert.InRange(numbers.Count, 1, 50);
    });

    [Fact(DisplayName = "SK-12 The number of a closed socket can be watched, served, and used by a transport")]
    public void Number_OfAClosedSocket_CanBeUsedByOthers() => Run(async () =>
    {
        for (int round = 0; round < 10; round++)
        {
            (Socket near, Socket far) = NewPair();
            foreach (Socket socket in new[] { near, far })
            {
                ValueTask<int> receiving = Loop.SocketReceiveAsync(socket, new byte[1]);
                await (socket == near ? far : near).SendAsync(new byte[1]);
                await receiving;
            }

            near.Dispose();
            far.Dispose();
            RecordingProtocol client = Recorder();
            RecordingProtocol accepted = Recorder();
            Server server = await Loop.CreateServerAsync(() => accepted, "127.0.0.1", 0);
            await Loop.CreateConnectionAsync(() => client, "127.0.0.1", ((IPEndPoint)server.EndPoints[0]).Port);
            client.Record.Transport.Write("hello"u8);
            await accepted.Record.ReceivedAsync(5);
            client.Record.Transport.Close();
            await accepted.Record.Lost;
            server.Close();
        }
    });

    [Fact(DisplayName = "SK-12 A socket that is closed under a waiting call: the call fails when the number comes back")]
    public void Socket_ClosedUnderACall_FailsTheCall() => Run(async () =>
    {
        (Socket near, _) = NewPair();
        nint number = near.Handle;
        Task<int> waiting = Loop.SocketReceiveAsync(near, new byte[1]).AsTask();
        near.Dispose();
        List<Socket> others = [];
        Socket next;
        do
        {
            next = Mine(NewSocket(SocketType.Dgram));
            others.Add(next);
        }
        while (next.Handle != number && others.Count < 1000);
        if (next.Handle == number)
        {
            next.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            ValueTask<int> receiving = Loop.SocketReceiveAsync(next, new byte[1]);
            await Loop.SocketSendToAsync(next, new byte[1], next.LocalEndPoint!);
            Assert.Equal(1, await receiving);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
        }
    });
}
