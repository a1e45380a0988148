using ActorLoop.TestKit;
using ActorLoop.Tests.Tls;
using Xunit;

namespace ActorLoop.Tests.Files;

// If this fails, files arrive damaged or in clear over connections with TLS.
public class TlsSendFileTests : TlsTest
{
    [Fact(DisplayName = "SF-04 Over TLS a file is read and written; without the fallback it is refused, and the connection lives")]
    public void SendFile_OverTls_FallsBackOrRefuses() => Run(async () =>
    {
        using var file = new TestFile(1_000_000);
        RecordingProtocol client = Recorder();
        RecordingProtocol server = Recorder();
        await ConnectPairAsync(client, server);
        ITransport transport = client.Record.Transport;
        await Assert.ThrowsAsync<SendFileNotAvailableException>(
            () => Loop.SendFileAsync(transport, file.Stream, fallback: false));
        Assert.Equal(0, file.Stream.Position);
        transport.Write("before "u8);
        Assert.Equal(999_000, await Loop.SendFileAsync(transport, file.Stream, offset: 1000));
        Assert.Equal(1_000_000, file.Stream.Position);
        Assert.Same(client, transport.Protocol);
        Assert.True(transport.IsReading);
        transport.Write(" after"u8);
        byte[] all = [.. "before "u8, .. file.Content.AsSpan(1000), .. " after"u8];
        await server.Record.ReceivedAsync(all.Length);
        Assert.Equal(all, server.Record.Received);
        Assert.False(client.Record.IsPaused);
        transport.Close();
        await client.Record.Lost;
        await server.Record.Lost;
    });
}
