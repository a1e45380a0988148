using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Names;

// Alone, because it takes every thread of the process's pool away.
[Collection(Census.Name)]
public sealed class StarvedPoolTests
{
    [Fact(DisplayName = "F16 DN-02 Names are resolved and connected to while every thread of the thread pool is blocked")]
    public void Connect_WithAStarvedThreadPool_Works()
    {
        const int Blockers = 1000;
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var test = new TestLoop();
        using var gate = new ManualResetEventSlim();
        using var done = new CountdownEvent(Blockers);
        for (int i = 0; i < Blockers; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ =>
            {
                gate.Wait(Patience.Bound);
                done.Signal();
            }, null);
        }

        try
        {
            test.Run(async () =>
            {
                using var token = new CancellationTokenSource();
                (ITransport transport, RecordingProtocol protocol) = await test.Loop.CreateConnectionAsync(
                    () => new RecordingProtocol(),
                    "localhost",
                    ((IPEndPoint)listener.LocalEndPoint!).Port,
                    new ConnectionOptions { Family = AddressFamily.InterNetwork },
                    token.Token);
                transport.Abort();
                await protocol.Record.Lost;
            });
            Assert.Equal(Blockers, done.CurrentCount);
        }
        finally
        {
            gate.Set();
            done.Wait(Patience.Bound);
        }
    }
}
