using System.Net;
using ActorLoop.Connections;
using Xunit;

namespace ActorLoop.Tests.Connections;

public sealed class AddressOrderTests
{
    [Theory(DisplayName = "CC-09 Families take turns after the first ones of the first family; within a family the order stays")]
    [InlineData("4a 4b 4c 6a 6b", 1, "4a 6a 4b 6b 4c")]
    [InlineData("4a 4b 4c 6a 6b", 2, "4a 4b 6a 4c 6b")]
    [InlineData("4a 4b 4c 6a 6b", 3, "4a 4b 4c 6a 6b")]
    [InlineData("4a 4b 4c 6a 6b", 9, "4a 4b 4c 6a 6b")]
    [InlineData("6a 6b 4a", 1, "6a 4a 6b")]
    [InlineData("6a 4a 6b 4b 6c 4c", 2, "6a 6b 4a 6c 4b 4c")]
    [InlineData("4a 4b", 1, "4a 4b")]
    [InlineData("4a", 1, "4a")]
    public void Interleave_OfFamilies_AlternatesThem(string resolved, int count, string expected)
    {
        List<IPEndPoint> ordered = AddressOrder.Interleave([.. resolved.Split(' ').Select(Parse)], count);
        Assert.Equal(expected.Split(' ').Select(Parse), ordered);
    }

    private static IPEndPoint Parse(string name) =>
        new(IPAddress.Parse(name[0] == '4' ? $"192.0.2.{name[1] - 'a'}" : $"2001:db8::{name[1]}"), 80);
}
