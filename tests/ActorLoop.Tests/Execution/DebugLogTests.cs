using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ActorLoop.Tests.Execution;

/// <summary>What debug mode logs of connections, servers, names and flow control.</summary>
public sealed class DebugLogTests : LoopTest
{
    private bool _debug = true;

    protected override EventLoop CreateLoop(EventLoopOptions options) => base.CreateLoop(options with { Debug = _debug });

    [Fact(DisplayName = "DB-05 EH-08 The log tells of a connection from the attempt to its end, at both sides")]
    public void Connection_InDebugMode_IsLogged()
    {
        Run(TalkAsync);
        string[] lines = LinesOf(LogLevel.Debug);
        AssertLogged(lines, "begins the attempt to connect to 127.0.0.1:");
        AssertLogged(lines, "is connected; peer 127.0.0.1:");
        AssertLogged(lines, "was accepted; peer 127.0.0.1:");
        AssertLogged(lines, "pauses reading");
        AssertLogged(lines, "resumes reading");
        AssertLogged(lines, "pauses the writing of RecordingProtocol");
        AssertLogged(lines, "resumes the writing of RecordingProtocol");
        AssertLogged(lines, "received the end of the stream");
        string[] server = [.. lines.Where(line => line.StartsWith("Server debugged (Serving) on 127.0.0.1:", StringComparison.Ordinal))];
        AssertLogged(server, " serves");
        AssertLogged(server, " closes");
        AssertLogged(lines, "looks up 'localhost'");
        AssertLogged([.. lines, .. LinesOf(LogLevel.Information)], "The lookup of 'localhost' is answered after ");
        AssertLogged(lines, "gives up the attempt to connect to 127.0.0.1:");
        AssertLogged(lines, "UDP transport open fd=");
    }

    [Fact(DisplayName = "DB-05 Without debug mode nothing of this is logged")]
    public void Connection_WithoutDebugMode_IsNotLogged()
    {
        _debug = false;
        Run(TalkAsync);
        Assert.Empty(LinesOf(LogLevel.Debug));
        Assert.Empty(LinesOf(LogLevel.Information));
    }

    private async Task TalkAsync()
    {
        RecordingProtocol accepted = Recorder();
        Server server = await Loop.CreateServerAsync(() => accepted, "127.0.0.1", 0, new ServerOptions { Name = "debugged" });
        int port = ((IPEndPoint)server.EndPoints[0]).Port;
        (ITransport transport, RecordingProtocol client) = await Loop.CreateConnectionAsync(
            Recorder, "localhost", port, new ConnectionOptions { Family = AddressFamily.InterNetwork });
        await accepted.Record.Made;
        ITransport far = accepted.Record.Transport;
        far.PauseReading();
        transport.WriteBufferLimits = new WriteBufferLimits(1024, 512, 64 << 20);
        byte[] much = new byte[16 * 1024 * 1024];
        transport.Write(much);
        await client.Record.FirstPause;
        far.ResumeReading();
        await accepted.Record.ReceivedAsync(much.Length);
        await Patience.WaitForAsync(() => !client.Record.IsPaused, "the client is resumed");
        transport.Close();
        await accepted.Record.Lost;
        await client.Record.Lost;
        server.Close();
        await server.WaitClosedAsync();
        await Assert.ThrowsAsync<SocketException>(() => Loop.CreateConnectionAsync(Recorder, "127.0.0.1", port));
        (IDatagramTransport datagrams, _) = await Loop.CreateDatagramEndpointAsync(
            () => new RecordingDatagramProtocol(), new DatagramOptions { LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        datagrams.Close();
        await TurnsAsync();
    }

    private static void AssertLogged(string[] lines, string part) =>
        Assert.Contains(lines, line => line.Contains(part, StringComparison.Ordinal));
}
