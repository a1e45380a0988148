using System.Net;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Connections;

/// <summary>The name of an accepted connection on this side: the listener's where it can be no other.</summary>
public sealed class AcceptedNameTests : ServerTest
{
    [Theory(DisplayName = "CC-13 An accepted connection knows the address that its client connected to, also when it is over")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.1", "0.0.0.0")]
    [InlineData("127.0.0.2", "0.0.0.0")]
    public void LocalEndPoint_OfAnAccepted_IsWhereTheClientConnected(string target, string bound) => Run(async () =>
    {
        await using Server server = await Loop.CreateServerAsync(Echo, bound, 0);
        var expected = new IPEndPoint(IPAddress.Parse(target), ((IPEndPoint)server.EndPoints[0]).Port);
        RawPeer peer = Connect(expected);
        await AssertEchoesAsync(peer);
        peer.Dispose();
        ProtocolRecord record = Assert.Single(Accepted);
        await record.Lost;
        await TurnsAsync();
        Assert.Equal(expected, record.Transport.LocalEndPoint);
    });

    [Fact(DisplayName = "CC-13 The name of a connection is its own: writing to it changes neither the server's nor another's")]
    public void LocalEndPoint_Changed_IsNobodyElses() => Run(async () =>
    {
        await using Server server = await ServeAsync();
        var expected = (IPEndPoint)server.EndPoints[0].Create(server.EndPoints[0].Serialize());
        (RawPeer first, ProtocolRecord changed) = await ConnectAndWaitAsync(server);
        ((IPEndPoint)changed.Transport.LocalEndPoint!).Port = 1;
        (RawPeer second, ProtocolRecord other) = await ConnectAndWaitAsync(server);
        Assert.Equal(expected, other.Transport.LocalEndPoint);
        Assert.Equal(expected, server.EndPoints[0]);
        first.Dispose();
        second.Dispose();
        await changed.Lost;
        await other.Lost;
    });
}
