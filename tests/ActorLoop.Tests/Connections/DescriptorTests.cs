using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

/// <summary>What connections and servers leave behind, and what children see of them.</summary>
[Collection(Census.Name)]
public sealed class DescriptorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(DisplayName = "F24 D3 A child sees no socket of ours: listening, accepted, connecting, adopted, TCP and Unix, selector, wake-up")]
    public async Task Child_WhileSocketsAreOpen_SeesNone()
    {
        string before = await ListChildAsync();
        await using (var group = new EventLoopGroup(2))
        {
            string path = _folder.NewPath();
            Server tcp = await group.CreateServerAsync(MakeProtocol, "127.0.0.1", 0);
            await group.CreateUnixServerAsync(MakeProtocol, path);
            Server adopted = await group.CreateServerAsync(MakeProtocol, Leaky());
            int[] ports = [Port(tcp), Port(adopted)];
            using var stop = new CancellationTokenSource();
            Task[] busy = [.. group.Loops.Select(loop => ChurnAsync(loop, ports, path, stop.Token))];
            List<string> seen = [];
            for (int i = 0; i < 20; i++)
            {
                seen.Add(await ListChildAsync());
            }

            await stop.CancelAsync();
            await Task.WhenAll(busy);
            Assert.All(seen, now => Assert.Equal(before, now));
        }
    }

    [Fact(DisplayName = "F24 D3 Sockets made from raw handles are kept from children once they are ours")]
    public void AdoptedSockets_OfRawHandles_AreKeptFromChildren()
    {
        using var loop = new SelectorEventLoop();
        loop.RunUntilComplete(async () =>
        {
            Socket leaky = Leaky();
            Assert.True(OddSocket.IsPassedOn(leaky));
            await using Server server = await loop.CreateServerAsync(MakeProtocol, leaky);
            Assert.False(OddSocket.IsPassedOn(leaky));
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(leaky.LocalEndPoint!);
            OddSocket.PassOn(client);
            (ITransport transport, _) = await loop.ConnectAcceptedSocketAsync(MakeProtocol, client);
            Assert.False(OddSocket.IsPassedOn(client));
            transport.Abort();
        });
    }

    [Fact(DisplayName = "F24 F27 Connections, refusals, cancellations and servers over Unix sockets leave no descriptor open")]
    public void UnixSockets_UsedInEveryWay_LeaveNothingOpen() => DescriptorCensus.NothingLeftBy(() =>
    {
        using var loop = new SelectorEventLoop();
        loop.RunUntilComplete(async () =>
        {
            string path = _folder.NewPath();
            DeadSocket.Leave(path);
            await using Server server = await loop.CreateUnixServerAsync(MakeProtocol, path);
            await Assert.ThrowsAsync<SocketException>(() => loop.CreateUnixServerAsync(MakeProtocol, path));
            await Assert.ThrowsAsync<SocketException>(() => loop.CreateUnixConnectionAsync(MakeProtocol, path + "x"));
            await Assert.ThrowsAsync<ArgumentException>(() => loop.CreateUnixConnectionAsync(MakeProtocol, "a\0b"));
            await Assert.ThrowsAsync<TimeZoneNotFoundException>(
                () => loop.CreateUnixConnectionAsync<RecordingProtocol>(() => throw new TimeZoneNotFoundException(), path));
            for (int i = 0; i < 20; i++)
            {
                (ITransport transport, RecordingProtocol client) = await loop.CreateUnixConnectionAsync(MakeProtocol, path);
                transport.Write("x"u8);
                transport.Close();
                await client.Record.Lost;
            }

            await CancelAsync(loop);
        });
    });

    private static RecordingProtocol MakeProtocol() => new();

    private static int Port(Server server) => ((IPEndPoint)server.EndPoints[0]).Port;

    /// <summary>A thousand attempts that wait for a full queue, canceled at any moment.</summary>
    private async Task CancelAsync(SelectorEventLoop loop)
    {
        string path = _folder.NewPath();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(0);
        await loop.CreateUnixConnectionAsync(MakeProtocol, path);
        using var canceled = new CancellationTokenSource();
        List<Task> attempts = [];
        for (int i = 0; i < 1000; i++)
        {
            attempts.Add(loop.CreateUnixConnectionAsync(MakeProtocol, path, cancellationToken: canceled.Token));
        }

        await canceled.CancelAsync();
        foreach (Task attempt in attempts)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
        }
    }

    /// <summary>A listening socket as one that was inherited: children would get it.</summary>
    private static Socket Leaky()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return OddSocket.Duplicate(listener);
    }

    private static Task ChurnAsync(EventLoop loop, int[] ports, string path, CancellationToken stop)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => _ = loop.CreateTask(async token =>
        {
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    List<ITransport> open = [(await loop.CreateUnixConnectionAsync(MakeProtocol, path, null, token)).Transport];
                    foreach (int port in ports)
                    {
                        open.Add((await loop.CreateConnectionAsync(MakeProtocol, "127.0.0.1", port, null, token)).Transport);
                    }

                    open.ForEach(transport => transport.Abort());
                }

                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        }));
        return done.Task;
    }

    private static async Task<string> ListChildAsync()
    {
        using Process child = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "ls /proc/$$/fd"]) { RedirectStandardOutput = true })!;
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return output;
    }
}
