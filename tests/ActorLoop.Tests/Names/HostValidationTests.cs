using System.Net;
using ActorLoop.Names;
using Xunit;

namespace ActorLoop.Tests.Names;

// If this fails, a program and the system's resolver disagree about what a host is, and somebody connects where no filter looked.
public sealed class HostValidationTests
{
    private const string Label63 = "a23456789012345678901234567890123456789012345678901234567890123";

    private static readonly string s_name253 = string.Join('.', Label63, Label63, Label63, Label63[..61]);

    [Theory(DisplayName = "F15 What is no address and no possible name is refused")]
    [InlineData("127.1")]
    [InlineData("0177.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("0x7f000001")]
    [InlineData("0X7F000001")]
    [InlineData("0x")]
    [InlineData("2130706433")]
    [InlineData("017700000001")]
    [InlineData("127.0.0.01")]
    [InlineData("127.0.0.256")]
    [InlineData("127.0.0")]
    [InlineData("127.0.0.1.")]
    [InlineData("1.2.3.4.5")]
    [InlineData("127.0.0.0x1")]
    [InlineData("example.1")]
    [InlineData("+1.2.3.4")]
    [InlineData("127.0.0.1 ")]
    [InlineData(" 127.0.0.1")]
    [InlineData("127.0.0.1\0.example.org")]
    [InlineData("example.org\0")]
    [InlineData("example\r\n.org")]
    [InlineData("example\u007f.org")]
    [InlineData("exam ple.org")]
    [InlineData("１２７.0.0.1")]
    [InlineData("127。0。0。1")]
    [InlineData("①②⑦.0.0.1")]
    [InlineData("example..org")]
    [InlineData(".example.org")]
    [InlineData(".")]
    [InlineData("example.org..")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234.org")]
    [InlineData("user@example.org")]
    [InlineData("example.org/path")]
    [InlineData("example.org:80")]
    [InlineData("http://example.org")]
    [InlineData("*.example.org")]
    [InlineData("example.org%eth0")]
    [InlineData("127.0.0.1%1")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("::1/64")]
    [InlineData(":::")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("12345::")]
    [InlineData("::ffff:127.1")]
    [InlineData("::ffff:0177.0.0.1")]
    [InlineData("::ffff:127.0.0.01")]
    [InlineData("fe80::1%")]
    [InlineData("fe80::1%a/b")]
    [InlineData("fe80::1%a%b")]
    [InlineData("fe80::1%interfaceoflongname")]
    [InlineData("fe80::1%lo\0")]
    public void Parse_NoPossibleHost_IsRefused(string host)
    {
        ArgumentException refusal = Assert.ThrowsAny<ArgumentException>(() => HostName.Parse(host, "host"));
        Assert.Equal("host", refusal.ParamName);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
    }

    [Theory(DisplayName = "F15 Possible names stay names")]
    [InlineData("localhost")]
    [InlineData("example.org.")]
    [InlineData("_service._tcp.example.org")]
    [InlineData("3com.example")]
    [InlineData("0x.example")]
    [InlineData("127.0.0.1.example")]
    [InlineData("1e100.net")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("deadbeef")]
    [InlineData("0xg")]
    public void Parse_PossibleName_IsTakenAsItIs(string host) =>
        Assert.Equal(new HostName(host, null, null), HostName.Parse(host, "host"));

    [Fact(DisplayName = "DN-05 F15 International names are looked up in ASCII")]
    public void Parse_InternationalName_IsMapped()
    {
        Assert.Equal("xn--bcher-kva.example", HostName.Parse("bücher.example", "host").Name);
        Assert.Equal("xn--bcher-kva.example", HostName.Parse("BÜCHER。example", "host").Name);
    }

    [Fact(DisplayName = "F15 A name may have 253 characters and one dot more, not 254")]
    public void Parse_LongName_IsMeasured()
    {
        Assert.Equal(253, s_name253.Length);
        Assert.Equal(s_name253, HostName.Parse(s_name253, "host").Name);
        Assert.Equal(s_name253 + ".", HostName.Parse(s_name253 + ".", "host").Name);
        Assert.Throws<ArgumentException>(() => HostName.Parse("b" + s_name253, "host"));
        Assert.Throws<ArgumentException>(() => HostName.Parse(new string('a', 1_000_000), "host"));
    }

    [Theory(DisplayName = "DN-03 Addresses are recognized")]
    [InlineData("127.0.0.1", "127.0.0.1", null)]
    [InlineData("0.0.0.0", "0.0.0.0", null)]
    [InlineData("255.255.255.255", "255.255.255.255", null)]
    [InlineData("::", "::", null)]
    [InlineData("::1", "::1", null)]
    [InlineData("2001:DB8::A", "2001:db8::a", null)]
    [InlineData("::ffff:192.0.2.7", "::ffff:192.0.2.7", null)]
    [InlineData("fe80::1%lo", "fe80::1", "lo")]
    [InlineData("fe80::1%7", "fe80::1", "7")]
    public void Parse_Address_IsRecognized(string host, string address, string? scope) =>
        Assert.Equal(new HostName(host, IPAddress.Parse(address), scope), HostName.Parse(host, "host"));

    [Theory(DisplayName = "F15 What is no port and no name of a service is refused")]
    [InlineData("65536")]
    [InlineData("99999999999999999999")]
    [InlineData("-1")]
    [InlineData("+80")]
    [InlineData(" 80")]
    [InlineData("80 ")]
    [InlineData("ht\0tp")]
    [InlineData("http\n")]
    [InlineData("８０")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123456")]
    public void Service_NoPossibleOne_IsRefused(string service) =>
        Assert.Equal("service", Assert.ThrowsAny<ArgumentException>(() => ServiceName.Parse(service, "service")).ParamName);

    [Theory(DisplayName = "DN-04 Ports are numbers or names")]
    [InlineData(null, null, 0)]
    [InlineData("", null, 0)]
    [InlineData("0", null, 0)]
    [InlineData("0080", null, 80)]
    [InlineData("65535", null, 65535)]
    [InlineData("http", "http", 0)]
    [InlineData("whois++", "whois++", 0)]
    [InlineData("3com-tsmux", "3com-tsmux", 0)]
    public void Service_PossibleOne_IsTaken(string? service, string? name, int port) =>
        Assert.Equal(new ServiceName(name, port), ServiceName.Parse(service, "service"));
}
