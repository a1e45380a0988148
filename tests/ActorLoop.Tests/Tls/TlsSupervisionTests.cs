using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Tls;

/// <summary>Protocols that throw under TLS.</summary>
public sealed class TlsSupervisionTests : TlsTest
{
    private static readonly SupervisorStrategy s_byType = new OneForOneStrategy
    {
        Decider = Decider.From(
            Directive.Stop, Directive.Resume.When<FormatException>(), Directive.Restart.When<InvalidDataException>()),
    };

    [Fact]
    public void Resume_UnderTls_GoesOn() => Run(async () =>
    {
        RecordingProtocol server = Recorder();
        RecordingProtocol client = Recorder();
        await ConnectPairAsync(client, server, Options());
        server.Record.OnData = _ => throw new FormatException("bad");
        client.Record.Transport.Write("hello"u8);
        await Patience.WaitForAsync(() => ReportCount == 1, "the report");
        TakeReport();
        server.Record.OnData = data => server.Record.Transport.Write(data);
        client.Record.Transport.Write("again"u8);
        await client.Record.ReceivedAsync(5);
        client.Record.Transport.Close();
        Assert.Null(await server.Record.Lost);
    });

    [Fact]
    public void Restart_UnderTls_KeepsTheConnection() => Run(async () =>
    {
        RecordingProtocol first = Recorder();
        RecordingProtocol second = Recorder();
        RecordingProtocol client = Recorder();
        Server listening = await ServeAsync(Options() with { ConnectionRestart = RestartMode.KeepTransport }, first, second);
        await Loop.CreateConnectionAsync(
            () => client, "127.0.0.1", PortOf(listening), new ConnectionOptions { Tls = TestCertificates.ClientOptions() });
        await first.Record.Made;
        first.Record.MayBeReplaced = true;
        second.Record.OnData = data => second.Record.Transport.Write(data);
        var failure = new InvalidDataException("bad");
        first.Record.OnData = _ => throw failure;
        client.Record.Transport.Write("hello"u8);
        Assert.Same(failure, await first.Record.Lost);
        await second.Record.Made;
        Assert.Same(first.Record.Transport, second.Record.Transport);
        client.Record.Transport.Write("again"u8);
        await client.Record.ReceivedAsync(5);
        Assert.Same(first.Record.Transport.Actor, second.Record.Transport.Actor);
        ActorRef actor = second.Record.Transport.Actor;
        listening.Close();
        await actor.StopAsync().WaitAsync(Patience.Bound);
        Assert.Null(await second.Record.Lost);
        TakeReport();
    });

    [Fact]
    public void Stop_UnderTls_EndsTheConnection() => Run(async () =>
    {
        RecordingProtocol server = Recorder();
        RecordingProtocol client = Recorder();
        await ConnectPairAsync(client, server, Options());
        var failure = new NotSupportedException("bad");
        server.Record.OnData = _ => throw failure;
        client.Record.Transport.Write("hello"u8);
        Assert.Same(failure, await server.Record.Lost);
        await client.Record.Lost;
        Assert.Contains(TakeReports(), report => report.Exception == failure);
    });

    private static ServerOptions Options() => new() { Tls = TestCertificates.ServerOptions(), ConnectionStrategy = s_byType };
}
