using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Callbacks;

public sealed partial class CallbackTests
{
    private static readonly Dictionary<string, Row> s_protocolRows = new()
    {
        ["StreamProtocol.ConnectionMade"] = Stream(nameof(StreamProtocol.ConnectionMade)),
        ["StreamProtocol.EofReceived"] = Stream(nameof(StreamProtocol.EofReceived)),
        ["Protocol.DataReceived"] = Stream(nameof(Protocol.DataReceived)),
        ["BufferedProtocol.GetBuffer"] = Stream(nameof(BufferedProtocol.GetBuffer)),
        ["BufferedProtocol.BufferUpdated"] = Stream(nameof(BufferedProtocol.BufferUpdated)),
        ["BaseProtocol.PauseWriting"] = Stream(nameof(BaseProtocol.PauseWriting)),
        ["BaseProtocol.ResumeWriting"] = Stream(nameof(BaseProtocol.ResumeWriting)),
        ["BaseProtocol.ConnectionLost"] = Stream(nameof(BaseProtocol.ConnectionLost)),
        ["DatagramProtocol.ConnectionMade"] = Datagram(nameof(DatagramProtocol.ConnectionMade)),
        ["DatagramProtocol.DatagramReceived"] = Datagram(nameof(DatagramProtocol.DatagramReceived)),
        ["DatagramProtocol.ErrorReceived"] = Datagram(nameof(DatagramProtocol.ErrorReceived)),
    };

    private static Row Stream(string member) => new(Told.Reported, (test, failure) => test.StreamAsync(member, failure));

    private static Row Datagram(string member) => new(Told.Reported, (test, failure) => test.DatagramAsync(member, failure));

    /// <summary>Takes one connection through every callback, and then another one to the same server.</summary>
    private async Task StreamAsync(string member, Exception failure)
    {
        const int Answer = 4 << 20;
        bool buffered = member is nameof(BufferedProtocol.GetBuffer) or nameof(BufferedProtocol.BufferUpdated);
        bool writes = member is nameof(BaseProtocol.PauseWriting) or nameof(BaseProtocol.ResumeWriting);
        var thrower = new Thrower(member, failure, writes ? Answer : 0);
        bool first = true;
        Server server = await Loop.CreateServerAsync(
            () =>
            {
                StreamProtocol next = !first ? new EchoProtocol() : buffered ? new BufferedThrowing(thrower) : new Throwing(thrower);
                first = false;
                return next;
            },
            "127.0.0.1",
            0);
        using RawPeer peer = RawPeer.Connect(server.EndPoints[0], smallBuffers: true);
        try
        {
            await peer.SendAsync(new byte[10]);
            await peer.ReceiveAsync(writes ? Answer : 0);
            peer.ShutdownSend();
            await peer.ReceiveToEndAsync();
        }
        catch (Exception gone) when (gone is SocketException or EndOfStreamException)
        {
        }

        await thrower.Lost.Task;
        await EchoesAsync(server);
    }

    private async Task DatagramAsync(string member, Exception failure)
    {
        bool error = member == nameof(DatagramProtocol.ErrorReceived);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint remote = other.LocalEndPoint!;
        var protocol = new DatagramThrowing(new Thrower(member, failure, answer: 0));
        (IDatagramTransport transport, _) = await Loop.CreateDatagramEndpointAsync(
            () => protocol,
            new DatagramOptions { LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 0), RemoteEndPoint = error ? remote : null });
        if (error)
        {
            // Nobody is there any more: the system answers so.
            other.Dispose();
            transport.SendTo("x"u8);
        }
        else if (!transport.IsClosing)
        {
            other.SendTo([1], transport.LocalEndPoint!);
        }

        await Patience.WaitForAsync(() => ReportCount > 0, "the callback");
        transport.Abort();
        await protocol.Thrower.Lost.Task;
    }

    private static int PortOf(Server server) => ((IPEndPoint)server.EndPoints[0]).Port;

    /// <summary>The server goes on with other clients; ends it.</summary>
    private static async Task EchoesAsync(Server server)
    {
        using (RawPeer next = Connect(server.EndPoints[0]))
        {
            await next.SendAsync("next"u8.ToArray());
            Assert.Equal("next"u8.ToArray(), await next.ReceiveAsync(4));
        }

        server.Close();
        await server.WaitClosedAsync();
    }

    private static RawPeer Connect(EndPoint target)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(target);
        return new RawPeer(socket);
    }

    private sealed class Thrower(string member, Exception failure, int answer)
    {
        public TaskCompletionSource Lost { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Made(ITransport transport)
        {
            if (answer > 0)
            {
                transport.Write(new byte[answer]);
            }

            Enter(nameof(StreamProtocol.ConnectionMade));
        }

        public void Enter(string callback)
        {
            if (callback == nameof(BaseProtocol.ConnectionLost))
            {
                Lost.SetResult();
            }

            if (callback == member)
            {
                throw failure;
            }
        }
    }

    private sealed class Throwing(Thrower thrower) : Protocol
    {
        public override void ConnectionMade(ITransport transport) => thrower.Made(transport);

        public override void DataReceived(ReadOnlySpan<byte> data) => thrower.Enter(nameof(DataReceived));

        public override bool EofReceived()
        {
            thrower.Enter(nameof(EofReceived));
            return false;
        }

        public override void PauseWriting() => thrower.Enter(nameof(PauseWriting));

        public override void ResumeWriting() => thrower.Enter(nameof(ResumeWriting));

        public override void ConnectionLost(Exception? exception) => thrower.Enter(nameof(ConnectionLost));
    }

    private sealed class BufferedThrowing(Thrower thrower) : BufferedProtocol
    {
        public override Memory<byte> GetBuffer(int sizeHint)
        {
            thrower.Enter(nameof(GetBuffer));
            return new byte[100];
        }

        public override void BufferUpdated(int count) => thrower.Enter(nameof(BufferUpdated));

        public override void ConnectionLost(Exception? exception) => thrower.Enter(nameof(ConnectionLost));
    }

    private sealed class DatagramThrowing(Thrower thrower) : DatagramProtocol
    {
        public Thrower Thrower => thrower;

        public override void ConnectionMade(IDatagramTransport transport) => thrower.Enter(nameof(ConnectionMade));

        public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint remote) => thrower.Enter(nameof(DatagramReceived));

        public override void ErrorReceived(Exception exception) => thrower.Enter(nameof(ErrorReceived));

        public override void ConnectionLost(Exception? exception) => thrower.Enter(nameof(ConnectionLost));
    }
}
