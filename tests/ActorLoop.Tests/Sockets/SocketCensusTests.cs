using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Sockets;

// If this fails, a server that cancels what hangs runs out of descriptors or memory.
[Collection(Census.Name)]
public sealed class SocketCensusTests
{
    private const int Rounds = 1000;
    private const int MeasuredEchoes = 5000;

    [Fact(DisplayName = "SK-12 1000 canceled accepts, receives and connects leave no descriptor and no registration")]
    public void Operations_CanceledAThousandTimes_LeaveNothing() => DescriptorCensus.NothingLeftBy(() =>
    {
        using var test = new TestLoop();
        test.Run(async () =>
        {
            using Socket listener = Listen(512);
            using Socket full = Listen(0);
            (Socket near, Socket far) = await ConnectAsync(test.Loop, listener);
            for (int i = 0; i < Rounds; i++)
            {
                using var cancellation = new CancellationTokenSource();
                using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                Task[] waiting =
                [
                    test.Loop.SocketAcceptAsync(listener, cancellation.Token).AsTask(),
                    test.Loop.SocketReceiveAsync(near, new byte[1], cancellation.Token).AsTask(),
                    test.Loop.SocketConnectAsync(client, full.LocalEndPoint!, cancellation.Token).AsTask(),
                ];
                cancellation.Cancel();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[0]);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[1]);
                await Task.WhenAny(waiting[2]);
            }

            Assert.InRange(test.Loop.Statistics.Descriptors, 0, 2);
            near.Dispose();
            far.Dispose();
        });
        Assert.Empty(test.Errors);
    });

    [Fact(DisplayName = "SK-12 500 connections that are connected, used once and closed leave nothing")]
    public void Connections_UsedOnce_LeaveNothing() => DescriptorCensus.NothingLeftBy(() =>
    {
        using var test = new TestLoop();
        test.Run(async () =>
        {
            using Socket listener = Listen(16);
            for (int i = 0; i < Rounds / 2; i++)
            {
                (Socket near, Socket far) = await ConnectAsync(test.Loop, listener);
                ValueTask<int> receiving = test.Loop.SocketReceiveAsync(near, new byte[8]);
                await test.Loop.SocketSendAllAsync(far, new byte[8]);
                Assert.Equal(8, await receiving);
                near.Dispose();
                far.Dispose();
            }

            // One entry a number at most, and the numbers come back.
            Assert.InRange(test.Loop.Statistics.Descriptors, 0, 20);
        });
    });

    [Fact(DisplayName = "SK-07 An echo through Receive and SendAll allocates nothing once it is warm, waiting or not")]
    public void Echo_Warm_AllocatesNothing()
    {
        long allocated = -1;
        using var test = new TestLoop();
        test.Loop.CallSoon(() => _ = MeasureAsync(test.Loop, bytes =>
        {
            allocated = bytes;
            test.Loop.Stop();
        }));
        test.RunForever();
        Assert.InRange(allocated, 0, Allocations.Noise);
    }

    [Fact(DisplayName = "SK-07 The same inside a task, whose own cancellation stands by")]
    public void Echo_WarmInATask_AllocatesNothing()
    {
        long allocated = -1;
        using var test = new TestLoop();
        test.Run(() => MeasureAsync(test.Loop, bytes => allocated = bytes));
        Assert.InRange(allocated, 0, Allocations.Noise);
    }

    [Fact(DisplayName = "SK-07 Datagrams back and forth through SendTo and ReceiveFrom allocate nothing once warm")]
    public void Datagrams_Warm_AllocateNothing()
    {
        long allocated = -1;
        using var test = new TestLoop();
        test.Loop.CallSoon(() => _ = MeasureDatagramsAsync(test.Loop, bytes =>
        {
            allocated = bytes;
            test.Loop.Stop();
        }));
        test.RunForever();
        Assert.InRange(allocated, 0, Allocations.Noise);
    }

    private static async Task MeasureAsync(EventLoop loop, Action<long> report)
    {
        using Socket listener = Listen(1);
        (Socket near, Socket far) = await ConnectAsync(loop, listener);
        using (near)
        using (far)
        using (var cancellation = new CancellationTokenSource())
        {
            _ = EchoAsync(loop, far);
            var buffer = new byte[1024];
            long before = 0;
            for (int i = 0; i < 2 * MeasuredEchoes; i++)
            {
                if (i == MeasuredEchoes)
                {
                    before = GC.GetAllocatedBytesForCurrentThread();
                }

                await loop.SocketSendAllAsync(near, buffer, cancellation.Token);
                for (int received = 0; received < buffer.Length;)
                {
                    received += await loop.SocketReceiveAsync(near, buffer, cancellation.Token);
                }
            }

            report(GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static async Task MeasureDatagramsAsync(EventLoop loop, Action<long> report)
    {
        using var left = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var right = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        left.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        right.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _ = EchoDatagramsAsync(loop, right);
        EndPoint target = right.LocalEndPoint!;
        var buffer = new byte[64];
        long before = 0;
        for (int i = 0; i < 2 * MeasuredEchoes; i++)
        {
            if (i == MeasuredEchoes)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            await loop.SocketSendToAsync(left, buffer, target);
            await loop.SocketReceiveFromAsync(left, buffer);
        }

        report(GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static async Task EchoAsync(EventLoop loop, Socket socket)
    {
        var buffer = new byte[64 * 1024];
        while (await loop.SocketReceiveAsync(socket, buffer) is > 0 and int received)
        {
            await loop.SocketSendAllAsync(socket, buffer.AsMemory(0, received));
        }
    }

    private static async Task EchoDatagramsAsync(EventLoop loop, Socket socket)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            (int received, EndPoint? sender) = await loop.SocketReceiveFromAsync(socket, buffer);
            await loop.SocketSendToAsync(socket, buffer.AsMemory(0, received), sender!);
        }
    }

    private static Socket Listen(int backlog)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(backlog);
        return listener;
    }

    private static async Task<(Socket Near, Socket Far)> ConnectAsync(EventLoop loop, Socket listener)
    {
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        ValueTask<Socket> accepting = loop.SocketAcceptAsync(listener);
        await loop.SocketConnectAsync(near, listener.LocalEndPoint!);
        Socket far = await accepting;
        far.NoDelay = true;
        return (near, far);
    }
}
