using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Sockets;

public abstract partial class SocketContract
{
    [Fact(DisplayName = "SK-02 Receive gives what is there, at most a buffer full, and 0 at the end of the stream")]
    public void Receive_DataAndEnd_GivesCountsAndZero() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        var buffer = new byte[4];
        ValueTask<int> waiting = Loop.SocketReceiveAsync(near, buffer);
        Assert.False(waiting.IsCompleted);
        await far.SendAsync("abcdef"u8.ToArray());
        Assert.Equal(4, await waiting);
        Assert.Equal("abcd"u8.ToArray(), buffer);
        Assert.Equal(2, await Loop.SocketReceiveAsync(near, buffer));
        Assert.Equal("efcd"u8.ToArray(), buffer);
        waiting = Loop.SocketReceiveAsync(near, buffer);
        far.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await waiting);
        Assert.Equal(0, await Loop.SocketReceiveAsync(near, buffer));
    });

    [Fact(DisplayName = "SK-07 What can be done at once is done at once, without the selector")]
    public void Operations_Ready_CompleteAtOnce() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        long watched = Loop.Statistics.Descriptors;
        ValueTask sending = Loop.SocketSendAllAsync(near, "hello"u8.ToArray());
        Assert.True(sending.IsCompletedSuccessfully);
        await sending;
        Assert.True(far.Poll(TimeSpan.FromSeconds(30), SelectMode.SelectRead));
        ValueTask<int> receiving = Loop.SocketReceiveAsync(far, new byte[10]);
        Assert.True(receiving.IsCompletedSuccessfully);
        Assert.Equal(5, await receiving);
        Assert.Equal(watched, Loop.Statistics.Descriptors);
    });

    [Fact(DisplayName = "SK-07 A call that had to wait continues by a message, on the loop, inside its task")]
    public void Receive_AfterWait_ContinuesOnTheLoop() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        LoopTask? task = null;
        task = Loop.CreateTask(async token =>
        {
            await Loop.SocketReceiveAsync(near, new byte[1], token);
            Assert.True(Loop.IsOnLoop);
            Assert.Same(task, EventLoop.CurrentTask);
            await Loop.SocketReceiveAsync(near, new byte[1], token).ConfigureAwait(false);

            // Whoever gives up the context of a task gives up the loop, too.
            Assert.True(Loop.IsOnLoop || !CallsArePooled);
        });
        await TurnsAsync();
        await far.SendAsync("a"u8.ToArray());
        await TurnsAsync(10);
        await far.SendAsync("b"u8.ToArray());
        await task;
    });

    [Fact(DisplayName = "SK-07 Async locals of the caller are there after the wait, and nobody else's")]
    public void Receive_AfterWait_KeepsAsyncLocals() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        var local = new AsyncLocal<string?> { Value = "mine" };
        ValueTask<int> receiving = Loop.SocketReceiveAsync(near, new byte[1]);
        var seen = new TaskCompletionSource<string?>();
        if (CallsArePooled)
        {
            receiving.GetAwaiter().OnCompleted(() => seen.SetResult(local.Value));
        }
        else
        {
            // A bare continuation of a task leaves the locals to the synchronization context; an await brings its own.
            _ = SeeAsync();
        }

        local.Value = "changed";
        await far.SendAsync("a"u8.ToArray());
        Assert.Equal("mine", await seen.Task);
        Assert.Equal("changed", local.Value);
        Assert.Equal(1, receiving.GetAwaiter().GetResult());

        async Task SeeAsync()
        {
            await receiving;
            seen.SetResult(local.Value);
        }
    });

    [Fact(DisplayName = "SK-03 SendAll sends everything, however little fits at a time")]
    public void SendAll_MoreThanFits_SendsAll() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair(smallBuffers: true);
        byte[] sent = TestBytes.Make(300_000);
        Task sending = Loop.SocketSendAllAsync(near, sent).AsTask();
        Assert.False(sending.IsCompleted);
        Assert.Equal(sent, await ReceiveExactlyAsync(far, sent.Length));
        await sending;
    });

    [Fact(DisplayName = "SK-11 An echo of 1 MiB through SendAll beside Receive keeps order and count, also in tiny buffers")]
    public void SendAllAndReceive_OneMebibyteEcho_KeepOrderAndCount() => Run(async () =>
    {
        foreach (bool small in new[] { false, true })
        {
            (Socket near, Socket far) = NewPair(small);
            byte[] sent = TestBytes.Make(1024 * 1024);
            Task echo = EchoAsync(far);
            Task<byte[]> receiving = ReceiveExactlyAsync(near, sent.Length);
            await Loop.SocketSendAllAsync(near, sent);
            Assert.Equal(sent, await receiving);
            near.Shutdown(SocketShutdown.Send);
            await echo;
        }
    });

    [Fact(DisplayName = "SK-03 After the peer is gone, sending fails with the system's error")]
    public void SendAll_PeerReset_Fails() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        Task sending = SendForEverAsync(near, CancellationToken.None);
        Assert.False(sending.IsCompleted);
        ValueTask<int> receiving = Loop.SocketReceiveAsync(near, new byte[1]);
        far.LingerState = new LingerOption(true, 0);
        far.Dispose();
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => sending);
        Assert.Contains(failure.SocketErrorCode, new[] { SocketError.ConnectionReset, SocketError.Shutdown });
        try
        {
            Assert.Equal(0, await receiving);
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }

        near.Dispose();
    });

    [Fact(DisplayName = "SK-08 A reset while nobody waits costs nothing and is found by the next call")]
    public void Receive_ResetWhileIdle_IsFoundLater() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        ValueTask<int> receiving = Loop.SocketReceiveAsync(near, new byte[1]);
        await far.SendAsync("a"u8.ToArray());
        await receiving;
        far.LingerState = new LingerOption(true, 0);
        far.Dispose();
        long before = Loop.Statistics.Messages;
        await Task.Delay(TimeSpan.FromMilliseconds(20), Loop.TimeProvider);
        Assert.InRange(Loop.Statistics.Messages - before, 0, 10);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => Loop.SocketReceiveAsync(near, new byte[1]).AsTask());
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    });

    [Fact(DisplayName = "SK-07 A loop of calls that never have to wait lets other messages run")]
    public void SendAndReceive_AlwaysReady_YieldNowAndThen() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        bool ran = false;
        int rounds = 0;
        Loop.CallSoon(() => ran = true);
        while (!ran)
        {
            Assert.InRange(++rounds, 0, 1000);
            await Loop.SocketSendAllAsync(near, new byte[1]);
            await Loop.SocketReceiveAsync(far, new byte[1]);
        }
    });

    [Fact(DisplayName = "SK-07 Data that comes while nobody waits does not keep the loop busy")]
    public void Receive_DataWhileIdle_LetsTheLoopSleep() => Run(async () =>
    {
        (Socket near, Socket far) = NewPair();
        ValueTask<int> receiving = Loop.SocketReceiveAsync(near, new byte[1]);
        await far.SendAsync("abc"u8.ToArray());
        await receiving;
        long before = Loop.Statistics.Messages;
        await Task.Delay(TimeSpan.FromMilliseconds(20), Loop.TimeProvider);
        Assert.InRange(Loop.Statistics.Messages - before, 0, 10);
        Assert.Equal(2, await Loop.SocketReceiveAsync(near, new byte[10]));
        receiving = Loop.SocketReceiveAsync(near, new byte[10]);
        await far.SendAsync("d"u8.ToArray());
        Assert.Equal(1, await receiving);
    });

    private async Task EchoAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        while (await Loop.SocketReceiveAsync(socket, buffer) is > 0 and int received)
        {
            await Loop.SocketSendAllAsync(socket, buffer.AsMemory(0, received));
        }
    }
}
