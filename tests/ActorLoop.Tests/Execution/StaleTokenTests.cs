using System.Runtime.InteropServices;
using ActorLoop.TestKit;
using ActorLoop.Tests.Selectors;
using Xunit;

namespace ActorLoop.Tests.Execution;

/// <summary>Readiness that arrives for somebody who has gone (F26).</summary>
public sealed partial class StaleTokenTests
{
    [Fact(
        DisplayName = "F26 Readiness of a former registration reaches nobody and is counted, whatever has its number and slot now")]
    public void Readiness_OfAFormerRegistration_IsDropped()
    {
        const int Rounds = 100_000;
        const int Number = 12_345;
        var selector = new ManualSelector(new ManualClock());
        using var test = new TestLoop(options => new SelectorEventLoop(selector, options));
        int misdelivered = 0;
        int delivered = 0;
        for (int i = 0; i < Rounds; i++)
        {
            test.Loop.AddReader(Number, () => misdelivered++);
            long former = selector.TokenOf(Number);
            Assert.True(test.Loop.RemoveReader(Number));
            test.Loop.AddReader(Number, () => delivered++);
            Assert.NotEqual(former, selector.TokenOf(Number));

            // Both in one batch: the event of the closed descriptor, and the one of its successor.
            selector.Report(new SelectorEvent(former, SelectorEvents.Read));
            selector.Report(Number, SelectorEvents.Read);
            test.RunTurn();
            Assert.True(test.Loop.RemoveReader(Number));
        }

        Assert.Equal(0, misdelivered);
        Assert.Equal(Rounds, delivered);
        Assert.Equal(Rounds, test.Loop.Statistics.StaleEvents);
        Assert.Equal(0, test.Loop.Statistics.Descriptors);
    }

    [Fact(DisplayName = "F26 Tokens nobody ever gave out are dropped and counted")]
    public void Readiness_OfAnUnknownToken_IsDropped()
    {
        var selector = new ManualSelector(new ManualClock());
        using var test = new TestLoop(options => new SelectorEventLoop(selector, options));
        long[] unknown = [0, -1, long.MaxValue, long.MinValue, 1L << 32, uint.MaxValue, 63, 64];
        foreach (long token in unknown)
        {
            selector.Report(new SelectorEvent(token, SelectorEvents.Read | SelectorEvents.Write));
        }

        test.RunTurn();
        Assert.Equal(unknown.Length, test.Loop.Statistics.StaleEvents);
        Assert.Empty(test.Errors);
    }

    [Fact(
        DisplayName = "F26 The system may go on reporting a descriptor that was closed; its successor is not bothered")]
    public void Readiness_OfAClosedDescriptorWithADuplicate_IsDropped()
    {
        using var pair = new DescriptorPair();
        using var next = new DescriptorPair();
        using var test = new TestLoop(options => new SelectorEventLoop(new EpollSelector(), options));
        int misdelivered = 0;
        test.Loop.AddReader(pair.Near, () => misdelivered++);
        pair.SendToNear();

        // epoll watches what the number meant, and that lives on in the duplicate, out of reach of the number.
        int duplicate = dup(pair.Near);
        try
        {
            pair.BecomeNearOf(next);
            Assert.True(test.Loop.RemoveReader(pair.Near));
            test.Loop.AddReader(pair.Near, () => misdelivered++);
            test.RunTurns(3);
            Assert.InRange(test.Loop.Statistics.StaleEvents, 1, 3);
            Assert.Equal(0, misdelivered);
            next.SendToNear();
            test.RunTurn();
            Assert.Equal(1, misdelivered);
        }
        finally
        {
            Assert.Equal(0, close(duplicate));
        }
    }

    [LibraryImport("libc")]
    private static partial int dup(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
