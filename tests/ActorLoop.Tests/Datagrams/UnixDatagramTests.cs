using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Datagrams;

public sealed class UnixDatagramTests : DatagramTest, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorloop-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(DisplayName = "DG-01 Unix endpoints with paths talk to each other, and to each sender with its name")]
    public void SendTo_UnixPaths_ReachEachOther() => Run(async () =>
    {
        (IDatagramTransport server, var answering) = await OpenAsync(new DatagramOptions { LocalEndPoint = Name("server") });
        answering.OnDatagram = (data, remote) => server.SendTo(data, remote);
        (IDatagramTransport client, var hearing) = await OpenAsync(
            new DatagramOptions { LocalEndPoint = Name("client"), RemoteEndPoint = Name("server") });
        client.SendTo("one"u8);
        client.SendTo([]);
        client.SendTo("three"u8);
        await hearing.ReceivedAsync(3);
        Assert.Equal(["one", "", "three"], hearing.Datagrams.Select(d => Text(d.Data)));
        Assert.All(answering.Datagrams, d => Assert.Equal(Name("client"), d.Remote));
        Assert.Equal(Name("server"), client.RemoteEndPoint);
        Assert.Matches("^Unix datagram transport open ", client.ToString());
    });

    [Fact(DisplayName = "DG-01 Abstract names work likewise")]
    public void SendTo_AbstractName_Arrives() => Run(async () =>
    {
        var name = new UnixDomainSocketEndPoint($"\0actorloop-test-{Environment.ProcessId}");
        (_, var protocol) = await OpenAsync(new DatagramOptions { LocalEndPoint = name });
        (IDatagramTransport client, _) = await OpenAsync(new DatagramOptions { Family = AddressFamily.Unix });
        client.SendTo("hello"u8, name);
        await protocol.ReceivedAsync(1);
        Assert.Equal("hello", Text(protocol.Datagrams[0].Data));
    });

    [Fact(DisplayName = "DG-05 A sender without a name is of family Unix and cannot be answered")]
    public void DatagramReceived_UnnamedSender_CannotBeAnswered() => Run(async () =>
    {
        (IDatagramTransport server, var protocol) = await OpenAsync(new DatagramOptions { LocalEndPoint = Name("server") });
        (IDatagramTransport client, _) = await OpenAsync(new DatagramOptions { RemoteEndPoint = Name("server") });
        client.SendTo("who am I"u8);
        await protocol.ReceivedAsync(1);
        EndPoint sender = protocol.Datagrams[0].Remote;
        Assert.Equal(AddressFamily.Unix, sender.AddressFamily);
        Assert.IsNotType<UnixDomainSocketEndPoint>(sender);
        Assert.Throws<ArgumentException>("remote", () => server.SendTo("you"u8, sender));
    });

    [Fact(DisplayName = "DG-08 A peer that is gone or was never there is an error, not the end")]
    public void SendTo_NobodyThere_IsAnError() => Run(async () =>
    {
        (IDatagramTransport client, var protocol) = await OpenAsync(new DatagramOptions { Family = AddressFamily.Unix });
        client.SendTo("x"u8, Name("nobody"));
        await protocol.FailedAsync(1);
        Assert.IsType<SocketException>(protocol.Errors[0]);
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => OpenAsync(new DatagramOptions { RemoteEndPoint = Name("nobody") }));
        Assert.Contains("nobody", failure.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "DG-07 An endpoint that is not connected waits for a full receiver without keeping the loop busy")]
    public void SendTo_FullReceiverUnconnected_WaitsWithoutSpinning() => Run(async () =>
    {
        const int Count = 200;
        using var reader = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        reader.Bind(Name("reader"));
        (IDatagramTransport client, var protocol) = await OpenAsync(new DatagramOptions { Family = AddressFamily.Unix });
        for (int i = 0; i < Count; i++)
        {
            client.SendTo(TestBytes.Make(100, i), Name("reader"));
        }

        await TurnsAsync(10);
        Assert.NotEqual(0, client.WriteBufferSize);
        long turns = Loop.Statistics.Turns;
        await Task.Delay(TimeSpan.FromMilliseconds(100), Loop.TimeProvider);
        Assert.InRange(Loop.Statistics.Turns - turns, 0, 100);
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(TestBytes.Make(100, i), await ReceiveAsync(reader));
        }

        Assert.Empty(protocol.Errors);
        Assert.Equal(Count, client.Statistics.Sent);
    });

    private UnixDomainSocketEndPoint Name(string name) => new(Path.Combine(_folder.FullName, name));
}
