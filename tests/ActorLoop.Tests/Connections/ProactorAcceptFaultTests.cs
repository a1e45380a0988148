using Xunit;

namespace ActorLoop.Tests.Connections;

public sealed class ProactorAcceptFaultTests : AcceptFaultTests
{
    protected override string[] Surroundings => ["env", "ACTORLOOP_LOOP=proactor"];

    /// <summary>
    /// Errors are injected for each thread, and two accept: the loop's, and that of .NET which hears of whoever comes. Either may find
    /// nobody to turn away.
    /// </summary>
    protected override void VerifyInjected(int served, string? report, IReadOnlyList<string> reports)
    {
        if (report == "AcceptExhausted")
        {
            Assert.InRange(served, 4, 6);
            Assert.InRange(reports.Count, 1, 2);
            Assert.All(reports, other => Assert.Equal(report, other));
        }
        else
        {
            // What .NET has no word for is tried again at once, and only reported if it lasts.
            Assert.Equal(6, served);
            Assert.Empty(reports);
        }
    }
}
