using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Streams;

public sealed class AllocationTests : StreamTest
{
    private const int Messages = 2000;

    [Theory(DisplayName = "An echo over streams allocates nothing per message once it runs")]
    [InlineData("read", false)]
    [InlineData("read", true)]
    [InlineData("exactly", false)]
    [InlineData("pipe", false)]
    public void Echo_SteadyState_AllocatesNothing(string kind, bool withToken) => Run(async () =>
    {
        Server server = await Loop.StartServerAsync(
            (stream, token) => EchoAsync(stream, kind, withToken ? token : default), "127.0.0.1", 0);
        var client = new PingPong(Loop);
        await Loop.CreateConnectionAsync(() => client, "127.0.0.1", PortOf(server.EndPoints[0]));
        await client.RunAsync(Messages);
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            await client.RunAsync(Messages);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // What awaiting the measurement itself costs, and nothing that grows with the number of messages. The least of some
        // rounds, because the runtime allocates on this thread too, when it compiles a method anew.
        Assert.InRange(least, 0, Messages);
        client.Transport.Close();
        await server.DisposeAsync();
    });

    private static async Task EchoAsync(LoopStream stream, string kind, CancellationToken token)
    {
        byte[] buffer = new byte[kind == "exactly" ? PingPong.Size : 4096];
        while (true)
        {
            switch (kind)
            {
                case "read":
                    int count = await stream.ReadAsync(buffer, token);
                    if (count == 0)
                    {
                        return;
                    }

                    stream.Write(buffer.AsSpan(0, count));
                    await stream.DrainAsync(token);
                    break;
                case "exactly":
                    try
                    {
                        await stream.ReadExactlyAsync(buffer.AsMemory(), token);
                    }
                    catch (IncompleteReadException)
                    {
                        return;
                    }

                    await stream.WriteAsync(buffer, token);
                    break;
                default:
                    System.IO.Pipelines.ReadResult read = await stream.Input.ReadAsync(token);
                    foreach (ReadOnlyMemory<byte> piece in read.Buffer)
                    {
                        await stream.Output.WriteAsync(piece, token);
                    }

                    stream.Input.AdvanceTo(read.Buffer.End);
                    if (read.IsCompleted)
                    {
                        return;
                    }

                    break;
            }
        }
    }

    /// <summary>Sends a message, waits for all of it, sends the next; allocates nothing itself.</summary>
    private sealed class PingPong(EventLoop loop) : Protocol
    {
        public const int Size = 1024;

        private static readonly byte[] s_message = TestBytes.Make(Size);
        private LoopFuture<bool>? _done;
        private int _left;
        private int _missing;

        public ITransport Transport { get; private set; } = null!;

        public override void ConnectionMade(ITransport transport) => Transport = transport;

        public Task<bool> RunAsync(int messages)
        {
            _done = loop.CreateFuture<bool>();
            _left = messages;
            _missing = Size;
            Transport.Write(s_message);
            return _done.Task;
        }

        public override void DataReceived(ReadOnlySpan<byte> data)
        {
            _missing -= data.Length;
            if (_missing > 0)
            {
                return;
            }

            _missing = Size;
            if (--_left > 0)
            {
                Transport.Write(s_message);
            }
            else
            {
                _done!.SetResult(true);
            }
        }
    }
}
