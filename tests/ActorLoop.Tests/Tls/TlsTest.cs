using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;

namespace ActorLoop.Tests.Tls;

/// <summary>What the tests of TLS share: a loop, and peers that speak TLS through the base class library.</summary>
public abstract class TlsTest : LoopTest
{
    /// <summary>A server whose connections get the protocols that are given, one after the other.</summary>
    protected async Task<Server> ServeAsync(ServerOptions? options, params StreamProtocol[] protocols)
    {
        var queue = new Queue<StreamProtocol>(protocols);
        options ??= new ServerOptions { Tls = TestCertificates.ServerOptions() };
        return await Loop.CreateServerAsync(queue.Dequeue, "127.0.0.1", 0, options);
    }

    /// <summary>A TLS connection from a loop's server to a peer that is no loop.</summary>
    protected async Task<TlsPeer> AcceptedAsync(StreamProtocol protocol, ServerOptions? options = null)
    {
        Server server = await ServeAsync(options, protocol);
        TlsPeer peer = await TlsPeer.ConnectAsync(PortOf(server));
        server.Close();
        // In TLS 1.3 the client is done with its handshake before the server is.
        await ((IRecordingProtocol)protocol).Record.Made;
        return peer;
    }

    /// <summary>A TLS connection of a loop's client to a peer that is no loop.</summary>
    protected async Task<TlsPeer> ConnectedAsync(StreamProtocol protocol, ConnectionOptions? options = null)
    {
        using Socket listener = Listen();
        Task<TlsPeer> accepting = TlsPeer.AcceptAsync(listener);
        await Loop.CreateConnectionAsync(
            () => protocol, "127.0.0.1", PortOf(listener), options ?? new ConnectionOptions { Tls = TestCertificates.ClientOptions() });
        return await accepting;
    }

    /// <summary>Two loop connections with TLS between them.</summary>
    protected async Task ConnectPairAsync(StreamProtocol client, StreamProtocol server, ServerOptions? options = null)
    {
        Server listening = await ServeAsync(options, server);
        await Loop.CreateConnectionAsync(
            () => client, "127.0.0.1", PortOf(listening), new ConnectionOptions { Tls = TestCertificates.ClientOptions() });
        listening.Close();
    }

    protected static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    protected static async Task<RawPeer> RawAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new RawPeer(socket);
    }

    protected static int PortOf(Server server) => ((IPEndPoint)server.EndPoints[0]).Port;

    protected static int PortOf(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;

    protected int WarningCount => LinesOf(LogLevel.Warning).Length;

    /// <summary>Fails unless the connections of the test left no timer behind.</summary>
    protected async Task NoTimersLeftAsync()
    {
        while (Loop.Statistics.ActiveTimers > 1)
        {
            await Task.Yield();
        }
    }
}
