using System.Net;
using System.Net.Sockets;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Names;

public sealed class AddressInfoTests : IDisposable
{
    private readonly ScriptedResolver _resolver = new();
    private readonly TestLoop _test;

    public AddressInfoTests() => _test = new TestLoop(new EventLoopOptions { NameResolver = _resolver });

    private static IEnumerable<AddressInfoOptions> AllOptions =>
        from family in (AddressFamily?[])[null, AddressFamily.InterNetwork, AddressFamily.InterNetworkV6]
        from kind in ((SocketType?, ProtocolType?)[])
        [
            (null, null), (SocketType.Stream, null), (SocketType.Dgram, ProtocolType.Udp), (null, ProtocolType.Tcp),
            (SocketType.Stream, ProtocolType.Udp), (SocketType.Dgram, ProtocolType.Unspecified),
        ]
        from flags in (AddressInfoHints[])
            [default, AddressInfoHints.Passive, AddressInfoHints.V4Mapped, AddressInfoHints.CanonicalName]
        select new AddressInfoOptions { Family = family, SocketType = kind.Item1, Protocol = kind.Item2, Flags = flags };

    private EventLoop Loop => _test.Loop;

    public void Dispose() => _test.Dispose();

    [Theory(DisplayName = "DN-01 DN-03 Addresses are answered on the spot, and exactly as the system would")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("fe80::1%lo")]
    [InlineData("fe80::1%nosuch")]
    [InlineData("::1%1")]
    [InlineData("::1%lo")]
    [InlineData("ff02::1%lo")]
    [InlineData(null)]
    public async Task GetAddressInfo_OfAnAddress_IsAnsweredAsByTheSystem(string? host)
    {
        foreach (AddressInfoOptions options in AllOptions)
        {
            if (host is null && options.Flags == AddressInfoHints.CanonicalName)
            {
                // The C library calls it a bad flag: there is no name to ask for.
                continue;
            }

            Task<IReadOnlyList<AddressInfo>> answer = Loop.GetAddressInfoAsync(
                host, 80, options, TestContext.Current.CancellationToken);
            Assert.True(answer.IsCompleted);

            // Straight to the C library, past everything that knows about literals.
            Task<IReadOnlyList<AddressInfo>> expected = NameResolver.Default.GetAddressInfoAsync(
                host, "80", options, TestContext.Current.CancellationToken);
            Assert.Equal($"{options}: {await TextAsync(expected)}", $"{options}: {await TextAsync(answer)}");
        }

        Assert.Empty(_resolver.Questions);
    }

    [Fact(DisplayName = "DN-03 The number of an interface and its name end up in the address")]
    public void GetAddressInfo_WithAScope_KeepsIt() => _test.Run(async () =>
    {
        IReadOnlyList<AddressInfo> byName = await Loop.GetAddressInfoAsync("fe80::1%lo", 80);
        IReadOnlyList<AddressInfo> byNumber = await Loop.GetAddressInfoAsync("fe80::1%1", 80);
        Assert.Equal(1, byName[0].EndPoint.Address.ScopeId);
        Assert.Equal(byName, byNumber);
    });

    [Fact(DisplayName = "DN-03 A literal with the name of a service is looked up, as the service is")]
    public void GetAddressInfo_LiteralWithService_AsksForIt() => _test.Run(async () =>
    {
        _resolver.Answer("127.0.0.1", "127.0.0.1:80");
        IReadOnlyList<AddressInfo> found = await Loop.GetAddressInfoAsync("127.0.0.1", "http");
        Assert.Equal(80, found[0].EndPoint.Port);
        Assert.Equal(["127.0.0.1:http"], _resolver.Questions);
    });

    [Fact(DisplayName = "DN-01 A numeric port is put into the answer, and everybody gets end points of his own")]
    public void GetAddressInfo_OfAName_AddsThePort() => _test.Run(async () =>
    {
        _resolver.Answer("two.test", "192.0.2.1", "[2001:db8::1]");
        IReadOnlyList<AddressInfo> first = await Loop.GetAddressInfoAsync("two.test", 8080);
        IReadOnlyList<AddressInfo> second = await Loop.GetAddressInfoAsync("two.test", "0443");
        Assert.Equal(["192.0.2.1:8080", "[2001:db8::1]:8080"], first.Select(info => info.EndPoint.ToString()));
        Assert.Equal([443, 443], second.Select(info => info.EndPoint.Port));
        Assert.Equal(["two.test", "two.test"], _resolver.Questions);
    });

    [Fact(DisplayName = "DN-01 A resolver that ignores the family is held to it")]
    public void GetAddressInfo_WithAFamily_GivesNoOther() => _test.Run(async () =>
    {
        _resolver.Answer("two.test", "192.0.2.1", "[2001:db8::1]");
        var options = new AddressInfoOptions { Family = AddressFamily.InterNetworkV6 };
        Assert.Equal("2001:db8::1", Assert.Single(await Loop.GetAddressInfoAsync("two.test", 1, options)).EndPoint.Address.ToString());
        _resolver.Answer("two.test", "192.0.2.1");
        await Assert.ThrowsAsync<SocketException>(() => Loop.GetAddressInfoAsync("two.test", 1, options));
    });

    [Fact(DisplayName = "DN-05 No address at all is an error")]
    public void GetAddressInfo_WithoutAnAnswer_Fails() => _test.Run(async () =>
    {
        _resolver.Answer("none.test", Array.Empty<IPEndPoint>());
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => Loop.GetAddressInfoAsync("none.test", 80));
        Assert.Equal(SocketError.HostNotFound, failure.SocketErrorCode);
        Assert.Contains("none.test", failure.Message, StringComparison.Ordinal);
    });

    [Fact(DisplayName = "A resolver's own exception arrives as it is, also one that it throws at once")]
    public void GetAddressInfo_ResolverThrows_GivesTheException() => _test.Run(async () =>
    {
        var failure = new IOException("mine");
        _resolver.Fail("bad.test", failure);
        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => Loop.GetAddressInfoAsync("bad.test", 80)));
    });

    [Fact(DisplayName = "DN-03 Who wants only numbers gets no lookup")]
    public void GetAddressInfo_NumbersOnly_RefusesNames() => _test.Run(async () =>
    {
        var host = new AddressInfoOptions { Flags = AddressInfoHints.NumericHost };
        var service = new AddressInfoOptions { Flags = AddressInfoHints.NumericService };
        await Assert.ThrowsAsync<SocketException>(() => Loop.GetAddressInfoAsync("localhost", 80, host));
        await Assert.ThrowsAsync<SocketException>(() => Loop.GetAddressInfoAsync("127.0.0.1", "http", service));
        Assert.Empty(_resolver.Questions);
    });

    [Fact(DisplayName = "F15 Bad arguments are refused before anybody is asked")]
    public void GetAddressInfo_BadArguments_AreRefused()
    {
        Assert.Throws<ArgumentException>("host", () => { _ = Loop.GetAddressInfoAsync("127.1", 80); });
        Assert.Throws<ArgumentException>("host", () => { _ = Loop.GetAddressInfoAsync("a\0b", 80); });
        Assert.Throws<ArgumentException>("host", () => { _ = Loop.GetAddressInfoAsync(null, null); });
        Assert.Throws<ArgumentOutOfRangeException>("port", () => { _ = Loop.GetAddressInfoAsync("a", -1); });
        Assert.Throws<ArgumentOutOfRangeException>("port", () => { _ = Loop.GetAddressInfoAsync("a", 65536); });
        Assert.Throws<ArgumentException>("service", () => { _ = Loop.GetAddressInfoAsync("a", " 80"); });
        Assert.Throws<ArgumentException>("Family", () => new AddressInfoOptions { Family = AddressFamily.Unix });
        Assert.Throws<ArgumentOutOfRangeException>("Flags", () => new AddressInfoOptions { Flags = (AddressInfoHints)0x8000 });
        Assert.Throws<ArgumentOutOfRangeException>("Timeout", () => new AddressInfoOptions { Timeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(
            "NameLookupTimeout", () => new EventLoopOptions { NameLookupTimeout = TimeSpan.FromSeconds(-2) });
        Assert.Throws<ArgumentNullException>("endPoint", () => { _ = Loop.GetNameInfoAsync(null!); });
        Assert.Throws<ArgumentOutOfRangeException>(
            "flags", () => { _ = Loop.GetNameInfoAsync(new IPEndPoint(IPAddress.Loopback, 1), (NameInfoHints)0x8000); });
        Assert.Empty(_resolver.Questions);
        Loop.Close();
        Assert.Throws<LoopClosedException>(() => { _ = Loop.GetAddressInfoAsync("a", 80); });
        Assert.Throws<LoopClosedException>(() => { _ = Loop.GetNameInfoAsync(new IPEndPoint(IPAddress.Loopback, 1)); });
    }

    private static async Task<string> TextAsync(Task<IReadOnlyList<AddressInfo>> answer)
    {
        try
        {
            return string.Join("; ", await answer);
        }
        catch (SocketException failure)
        {
            return $"{failure.SocketErrorCode}";
        }
    }
}
