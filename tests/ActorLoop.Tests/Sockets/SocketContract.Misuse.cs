using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Sockets;

public abstract partial class SocketContract
{
    [Fact(DisplayName = "SK-01 A blocking socket is refused in debug mode, and otherwise made non-blocking, never waited for")]
    public void Operations_BlockingSocket_NeverBlock() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        near.Blocking = true;
        Loop.Debug = true;
        ArgumentException refused = Refused<ArgumentException>(() => Loop.SocketReceiveAsync(near, new byte[1]));
        Assert.Equal("socket", refused.ParamName);
        Refused<ArgumentException>(() => Loop.SocketSendAllAsync(near, new byte[1]));
        Refused<ArgumentException>(() => Loop.SocketAcceptAsync(near));
        Refused<ArgumentException>(() => Loop.SocketSendFileAsync(near, new MemoryStream()));
        Loop.Debug = false;
        ValueTask<int> receiving = Loop.SocketReceiveAsync(near, new byte[1]);
        Assert.False(near.Blocking);
        await far.SendAsync(new byte[1]);
        Assert.Equal(1, await receiving);
    });

    [Fact(DisplayName = "SK-01 Bad arguments are refused before anything happens")]
    public void Operations_BadArguments_Throw() => Run(() =>
    {
        (Socket near, _) = NewPair();
        (Socket datagram, IPEndPoint address) = NewDatagramSocket();
        Refused<ArgumentNullException>(() => Loop.SocketReceiveAsync(null!, new byte[1]));
        Refused<ArgumentException>(() => Loop.SocketReceiveAsync(near, Memory<byte>.Empty));
        Refused<ArgumentNullException>(() => Loop.SocketSendToAsync(datagram, new byte[1], null!));
        Refused<ArgumentNullException>(() => Loop.SocketConnectAsync(near, null!));
        Refused<ArgumentException>(() => Loop.SocketConnectAsync(near, new IPEndPoint(IPAddress.IPv6Loopback, 1)));
        Refused<ArgumentException>(() => Loop.SocketAcceptAsync(datagram));
        Refused<ArgumentException>(() => Loop.SocketSendFileAsync(datagram, new MemoryStream()));
        near.Dispose();
        Refused<ObjectDisposedException>(() => Loop.SocketReceiveAsync(near, new byte[1]));
        return Task.CompletedTask;
    });

    [Fact(DisplayName = "SK-01 Another thread is refused, debug mode or not")]
    public void Operations_OtherThread_Throw() => Run(() =>
    {
        (Socket near, _) = NewPair();
        EventLoop loop = Loop;
        TestLoop.OnOtherThread(() =>
        {
            Refused<InvalidOperationException>(() => loop.SocketReceiveAsync(near, new byte[1]));
            Refused<InvalidOperationException>(() => loop.SocketSendAllAsync(near, new byte[1]));
            Refused<InvalidOperationException>(() => loop.SocketSendFileAsync(near, new MemoryStream()));
        });
        return Task.CompletedTask;
    });

    [Fact(DisplayName = "SK-01 A closed loop refuses, and closing it ends the calls that wait")]
    public void Operations_LoopCloses_End()
    {
        (Socket near, _) = NewPair();
        Exception? seen = null;
        EventLoop loop = CreateLoop(new EventLoopOptions());
        loop.CallSoon(() => _ = ReceiveAsync());
        loop.Stop();
        loop.RunForever();
        loop.Close();
        Assert.IsType<LoopClosedException>(seen);
        Refused<LoopClosedException>(() => loop.SocketReceiveAsync(near, new byte[1]));

        async Task ReceiveAsync()
        {
            try
            {
                await loop.SocketReceiveAsync(near, new byte[1]);
            }
            catch (ObjectDisposedException end)
            {
                seen = end;
            }
        }
    }

    [Fact(DisplayName = "SK-07 A value task is awaited once; a second await says so and hurts nobody else")]
    public void ValueTask_AwaitedTwice_Throws() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        ValueTask<int> first = Loop.SocketReceiveAsync(near, new byte[1]);
        await far.SendAsync("ab"u8.ToArray());
        Assert.Equal(1, await first);
        if (!CallsArePooled)
        {
            Assert.Equal(1, await first);
            Assert.Equal(1, await Loop.SocketReceiveAsync(near, new byte[1]));
            return;
        }

        Assert.Throws<InvalidOperationException>(() => first.GetAwaiter().GetResult());
        Assert.Equal(1, await Loop.SocketReceiveAsync(near, new byte[1]));
        ValueTask<int> pending = Loop.SocketReceiveAsync(near, new byte[1]);
        Assert.Throws<InvalidOperationException>(() => pending.GetAwaiter().GetResult());
        await far.SendAsync("c"u8.ToArray());
        Assert.Equal(1, await pending);
    });

    [Fact(DisplayName = "SK-05 Errors of accepting are the system's")]
    public void Accept_SocketThatDoesNotListen_Fails() => Run(async () =>
    {
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => Loop.SocketAcceptAsync(Mine(NewSocket())).AsTask());
        Assert.Equal(SocketError.InvalidArgument, failure.SocketErrorCode);
    });
}
