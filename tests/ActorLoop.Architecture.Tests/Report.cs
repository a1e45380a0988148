namespace ActorLoop.Architecture.Tests;

/// <summary>Shows every violation of a rule at once.</summary>
internal static class Report
{
    public static void Fail(string title, IEnumerable<string> violations)
    {
        List<string> all = violations.ToList();
        if (all.Count > 0)
        {
            Assert.Fail($"{title} ({all.Count}):\n  {string.Join("\n  ", all)}");
        }
    }
}
