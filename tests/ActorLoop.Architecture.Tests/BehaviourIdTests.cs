using System.Text.RegularExpressions;

namespace ActorLoop.Architecture.Tests;

// If this fails, a promise of the event loop has no test that would notice when it is broken.
public sealed partial class BehaviourIdTests
{
    private const string List = "tests/ActorLoop.Architecture.Tests/behaviour-ids.txt";

    [Fact(DisplayName = "Every behaviour id is named by a test")]
    public void BehaviourIds_OnTheList_AreNamedByATest()
    {
        HashSet<string> named = Repository.Sources("tests")
            .Select(file => Repository.PathOf(file.Path.Split('/')))
            .SelectMany(path => BehaviourId().Matches(File.ReadAllText(path)))
            .Select(match => match.Value)
            .ToHashSet();
        List<string> missing = Entries().Where(entry => entry.Reason is null && !named.Contains(entry.Id))
            .Select(entry => entry.Id)
            .ToList();
        Report.Fail("Behaviour ids that no test names", missing
            .GroupBy(id => id[..2])
            .Select(group => string.Join(' ', group)));
    }

    [Fact(DisplayName = "The list of behaviour ids has one entry a line, and a reason where an id does not apply")]
    public void BehaviourIds_OnTheList_AreWellFormed()
    {
        List<(string Id, string? Reason)> entries = Entries().ToList();
        Report.Fail(List, entries.Where(entry => BehaviourId().Match(entry.Id).Value != entry.Id)
            .Select(entry => $"not an id: {entry.Id}")
            .Concat(entries.GroupBy(entry => entry.Id)
                .Where(same => same.Count() > 1)
                .Select(same => $"twice: {same.Key}"))
            .Concat(entries.Where(entry => entry.Reason is { Length: < 10 })
                .Select(entry => $"no reason: {entry.Id}")));
    }

    private static IEnumerable<(string Id, string? Reason)> Entries() =>
        from line in File.ReadLines(Repository.PathOf(List.Split('/')))
        where line.Length > 0 && !line.StartsWith('#')
        let parts = line.Split('#', 2)
        select (parts[0].Trim(), parts.Length == 2 ? parts[1].Trim() : null);

    [GeneratedRegex("[A-Z]{2}-[0-9]{2}")]
    private static partial Regex BehaviourId();
}
