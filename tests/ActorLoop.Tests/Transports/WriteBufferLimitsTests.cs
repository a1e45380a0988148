using Xunit;

namespace ActorLoop.Tests.Transports;

public sealed class WriteBufferLimitsTests
{
    [Theory(DisplayName = "WR-06 What is not given follows from what is")]
    [InlineData(null, null, 64 * 1024, 16 * 1024)]
    [InlineData(null, 1000, 4000, 1000)]
    [InlineData(null, 0, 0, 0)]
    [InlineData(1003, null, 1003, 250)]
    [InlineData(0, null, 0, 0)]
    [InlineData(3, null, 3, 0)]
    [InlineData(100, 100, 100, 100)]
    [InlineData(100, 0, 100, 0)]
    public void Limits_PartlyGiven_DeriveTheRest(int? high, int? low, int expectedHigh, int expectedLow)
    {
        var limits = new WriteBufferLimits(high, low);
        Assert.Equal((expectedHigh, expectedLow), (limits.High, limits.Low));
        Assert.Equal(4 * 1024 * 1024, limits.Cap);
    }

    [Fact(DisplayName = "WR-06 The default value is 64 KiB, 16 KiB and a cap of 4 MiB, and equals Default")]
    public void Limits_Default_AreTheDocumentedOnes()
    {
        WriteBufferLimits limits = default;
        Assert.Equal((64 * 1024, 16 * 1024, 4 * 1024 * 1024), (limits.High, limits.Low, limits.Cap));
        Assert.Equal(WriteBufferLimits.Default, limits);
        Assert.Equal(new WriteBufferLimits(), limits);
    }

    [Fact(DisplayName = "WR-06 The cap is never below the high-water mark unless asked, and then it is refused")]
    public void Limits_HighAboveTheCap_RaisesIt()
    {
        Assert.Equal(10_000_000, new WriteBufferLimits(high: 10_000_000).Cap);
        Assert.Equal(1000, new WriteBufferLimits(high: 1000, cap: 1000).Cap);
        Assert.Throws<ArgumentOutOfRangeException>("cap", () => new WriteBufferLimits(high: 1000, cap: 999));
        Assert.Throws<ArgumentOutOfRangeException>("cap", () => new WriteBufferLimits(cap: -1));
    }

    [Theory(DisplayName = "WR-06 Anything but high >= low >= 0 is refused by the name of what is wrong")]
    [InlineData(null, -1, "low")]
    [InlineData(100, -1, "low")]
    [InlineData(100, 101, "low")]
    [InlineData(-1, null, "high")]
    [InlineData(-1, -1, "high")]
    [InlineData(int.MinValue, null, "high")]
    [InlineData(null, int.MaxValue, "low")]
    public void Limits_Contradictory_AreRefused(int? high, int? low, string parameter)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => new WriteBufferLimits(high, low));
        Assert.Equal(parameter, error.ParamName);
    }
}
