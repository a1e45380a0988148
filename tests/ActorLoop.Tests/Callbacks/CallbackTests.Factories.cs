using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Callbacks;

public sealed partial class CallbackTests
{
    private static readonly Dictionary<string, Row> s_factoryRows = new()
    {
        ["EventLoop.CreateConnectionAsync(factory)"] = Listened((loop, target, failure) =>
            loop.CreateConnectionAsync<Protocol>(() => throw failure, "127.0.0.1", ((IPEndPoint)target).Port)),
        ["EventLoop.ConnectAcceptedSocketAsync(factory)"] = Listened(async (loop, target, failure) =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(target);
            await loop.ConnectAcceptedSocketAsync<Protocol>(() => throw failure, socket);
        }),
        ["EventLoop.CreateUnixConnectionAsync(factory)"] = Thrown(async (loop, failure) =>
        {
            using var folder = new TemporaryFolder();
            string path = folder.NewPath();
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen();
            await loop.CreateUnixConnectionAsync<Protocol>(() => throw failure, path);
        }),
        ["EventLoop.CreateDatagramEndpointAsync(factory)"] = Thrown((loop, failure) => loop.CreateDatagramEndpointAsync<DatagramProtocol>(
            () => throw failure, new DatagramOptions { LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 0) })),
        ["EventLoop.CreateServerAsync(factory)"] = Served((loop, factory) => loop.CreateServerAsync(factory, "127.0.0.1", 0)),
        ["EventLoop.CreateUnixServerAsync(factory)"] = new(Told.Reported, async (test, failure) =>
        {
            using var folder = new TemporaryFolder();
            await test.ServeAsync((loop, factory) => loop.CreateUnixServerAsync(factory, folder.NewPath()), failure);
        }),
        ["EventLoop.StartServerAsync(handler)"] = new(Told.Reported, (test, failure) =>
            HandleAsync(handler => test.Loop.StartServerAsync(handler, "127.0.0.1", 0), failure)),
        ["EventLoop.StartUnixServerAsync(handler)"] = new(Told.Reported, async (test, failure) =>
        {
            using var folder = new TemporaryFolder();
            await HandleAsync(handler => test.Loop.StartUnixServerAsync(handler, folder.NewPath()), failure);
        }),
        ["EventLoopGroup.CreateServerAsync(factory)"] = Grouped((test, group, failure) => test.ServeAsync(
            (_, factory) => group.CreateServerAsync(factory, "127.0.0.1", 0), failure)),
        ["EventLoopGroup.CreateUnixServerAsync(factory)"] = Grouped(async (test, group, failure) =>
        {
            using var folder = new TemporaryFolder();
            await test.ServeAsync((_, factory) => group.CreateUnixServerAsync(factory, folder.NewPath()), failure);
        }),
        ["EventLoopGroup.StartServerAsync(handler)"] = Grouped((_, group, failure) => HandleAsync(
            handler => group.StartServerAsync(handler, "127.0.0.1", 0), failure)),
    };

    private static Row Listened(Func<EventLoop, EndPoint, Exception, Task> act) => new(Told.Thrown, async (test, failure) =>
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await act(test.Loop, listener.LocalEndPoint!, failure);
    });

    private static Row Served(Func<EventLoop, Func<StreamProtocol>, Task<Server>> serve) =>
        new(Told.Reported, (test, failure) => test.ServeAsync(serve, failure));

    private static Row Grouped(Func<CallbackTests, EventLoopGroup, Exception, Task> act) => new(Told.Elsewhere, async (test, failure) =>
    {
        var errors = new RecordedErrors();
        await using var group = new EventLoopGroup(
            1, new EventLoopGroupOptions { Loop = new EventLoopOptions { ExceptionHandler = errors.Handle } });
        await act(test, group, failure);
        Assert.Same(failure, Assert.Single(errors.All).Exception);
    });

    /// <summary>The factory throws for the first connection and makes an echo for the second.</summary>
    private async Task ServeAsync(Func<EventLoop, Func<StreamProtocol>, Task<Server>> serve, Exception failure)
    {
        int made = 0;
        Server server = await serve(Loop, () => made++ == 0 ? throw failure : new EchoProtocol());
        await RefusedAsync(server);
        await EchoesAsync(server);
    }

    private static async Task HandleAsync(Func<Func<LoopStream, CancellationToken, Task>, Task<Server>> serve, Exception failure)
    {
        int made = 0;
        Server server = await serve(async (stream, stop) =>
        {
            if (made++ == 0)
            {
                throw failure;
            }

            await stream.WriteAsync(await stream.ReadExactlyAsync(4, stop), stop);
        });
        await RefusedAsync(server);
        await EchoesAsync(server);
    }

    private static async Task RefusedAsync(Server server)
    {
        using RawPeer refused = Connect(server.EndPoints[0]);
        await refused.EndedByResetAsync();
    }
}
