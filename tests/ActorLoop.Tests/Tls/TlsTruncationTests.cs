using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Tls;

/// <summary>
/// Cuts everything that a peer says, from its first byte to its goodbye, at every byte: what looks like a complete connection
/// must have been one.
/// </summary>
[Collection(Census.Name)]
public sealed class TlsTruncationTests : TlsTest
{
    private const int Step = 16;
    private static readonly byte[] s_data = TestBytes.Make(100);

    [Theory(DisplayName = "TL-10 F10 F13 Whatever a client says is cut off at every byte, and the server is never fooled")]
    [InlineData(SslProtocols.Tls13)]
    [InlineData(SslProtocols.Tls12)]
    public void Client_CutAtEveryByte_IsNeverTakenForComplete(SslProtocols version) => CutEverywhere(cut => ClientAsync(version, cut));

    [Theory(DisplayName = "TL-10 F10 F13 Whatever a server says is cut off at every byte, and the client is never fooled")]
    [InlineData(SslProtocols.Tls13)]
    [InlineData(SslProtocols.Tls12)]
    public void Server_CutAtEveryByte_IsNeverTakenForComplete(SslProtocols version) => CutEverywhere(cut => ServerAsync(version, cut));

    /// <summary>Cuts later and later, until nothing is cut any more; connections of one step run side by side.</summary>
    private void CutEverywhere(Func<int, Task<bool>> connectAsync)
    {
        int descriptors = 0;
        Run(async () =>
        {
            Assert.False(await connectAsync(int.MaxValue));
            await TurnsAsync(10);
            descriptors = Loop.Statistics.Descriptors;
            bool anyCut = true;
            int cuts = 0;
            while (anyCut)
            {
                bool[] cut = await Task.WhenAll(Enumerable.Range(cuts, Step).Select(connectAsync));
                anyCut = cut.Any(was => was);
                cuts += Step;
            }

            // A hello, a finished, data and a goodbye are at least this long.
            Assert.InRange(cuts, 300, 10_000);
            await Patience.WaitForAsync(() => Loop.Statistics.Descriptors <= descriptors, "every connection is closed");
            await NoTimersLeftAsync();
            Assert.InRange(WarningCount, 0, 60);
            Assert.Equal(0, ReportCount);
        });
    }

    /// <summary>Whether the client was cut off. Its side of the story: hello, finished, data, goodbye.</summary>
    private async Task<bool> ClientAsync(SslProtocols version, int bytes)
    {
        RecordingProtocol protocol = Recorder();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Server server = await ServeAsync(null, protocol);
        await socket.ConnectAsync(IPAddress.Loopback, PortOf(server));
        await Patience.WaitForAsync(() => server.AcceptedCount == 1, "the connection is accepted");
        server.Close();
        bool cut;
        await using (var network = new CuttingStream(socket, bytes))
        await using (var stream = new SslStream(network))
        {
            SslClientAuthenticationOptions options = TestCertificates.ClientOptions();
            options.EnabledSslProtocols = version;
            await TalkAsync(stream, () => stream.AuthenticateAsClientAsync(options));
            cut = network.WasCut;
        }

        await server.WaitClosedAsync();
        await CheckAsync(protocol, cut);
        return cut;
    }

    private async Task<bool> ServerAsync(SslProtocols version, int bytes)
    {
        RecordingProtocol protocol = Recorder();
        using Socket listener = Listen();
        Task<(ITransport, RecordingProtocol)> connecting = Loop.CreateConnectionAsync(
            () => protocol, "127.0.0.1", PortOf(listener), new ConnectionOptions { Tls = TestCertificates.ClientOptions() });
        Socket socket = await listener.AcceptAsync();
        bool cut;
        await using (var network = new CuttingStream(socket, bytes))
        await using (var stream = new SslStream(network))
        {
            SslServerAuthenticationOptions options = TestCertificates.ServerOptions();
            options.EnabledSslProtocols = version;
            await TalkAsync(stream, () => stream.AuthenticateAsServerAsync(options));
            cut = network.WasCut;
        }

        Exception? failure = await Record.ExceptionAsync(() => connecting);
        Assert.True(failure is null or SocketException or AuthenticationException or IOException, $"{failure}");
        Assert.Equal(failure is null, protocol.Record.Made.IsCompleted);
        await CheckAsync(protocol, cut);
        return cut;
    }

    private static async Task TalkAsync(SslStream stream, Func<Task> shakeHandsAsync)
    {
        try
        {
            await shakeHandsAsync();
            await stream.WriteAsync(s_data);
            await stream.ShutdownAsync();
            await stream.CopyToAsync(Stream.Null);
        }
        catch (Exception gone) when (gone is IOException or AuthenticationException)
        {
            // The other side has noticed.
        }
    }

    private static async Task CheckAsync(RecordingProtocol protocol, bool cut)
    {
        ProtocolRecord record = protocol.Record;
        if (!record.Made.IsCompleted)
        {
            Assert.True(cut, "A whole connection was refused.");
            Assert.Empty(record.Calls);
            return;
        }

        Exception? lost = await record.Lost;
        if (!cut)
        {
            Assert.Null(lost);
            Assert.Equal(s_data, record.Received);
            return;
        }

        Assert.True(lost is TlsTruncatedException or SocketException, $"{lost}");
        Assert.True(record.ReceivedCount == 0 || record.Received.SequenceEqual(s_data));
        Assert.DoesNotContain("eof", record.Calls);
    }
}
