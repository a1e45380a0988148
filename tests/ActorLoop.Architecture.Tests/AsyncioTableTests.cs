using System.Reflection;
using System.Text.RegularExpressions;

namespace ActorLoop.Architecture.Tests;

// If this fails, the table of what asyncio has promises something that is not there, or leaves something out.
public sealed partial class AsyncioTableTests
{
    private const string Table = "src/ActorLoop/README.md";
    private const string Names = "tests/ActorLoop.Architecture.Tests/asyncio-names.txt";
    private const string Pending = "Not there yet";

    private static readonly Type[] s_public = Assembly.Load("ActorLoop").GetExportedTypes();

    [Fact(DisplayName = "Every member that the table names is public")]
    public void Table_Members_Exist() => Report.Fail($"{Table} names what is missing", Rows()
        .Where(row => row.Section != Pending)
        .SelectMany(row => row.Members)
        .Distinct()
        .Where(member => !IsPublic(member)));

    [Fact(DisplayName = "Every row of the table has a test, and every test class that it names exists")]
    public void Table_Tests_Exist()
    {
        HashSet<string> classes = Repository.Sources("tests")
            .SelectMany(file => ClassName().Matches(File.ReadAllText(Repository.PathOf(file.Path.Split('/')))))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        List<Row> rows = Rows().Where(row => row.Section != Pending).ToList();
        Report.Fail($"{Table} names test classes that are missing", rows
            .SelectMany(row => row.Tests)
            .Distinct()
            .Where(test => !classes.Contains(test)));
        Report.Fail($"{Table} proves nothing for", rows
            .Where(row => row.Members.Count > 0 && row.Tests.Count == 0)
            .Select(row => string.Join(", ", row.Asyncio)));
    }

    [Fact(DisplayName = "What exists is not listed as missing")]
    public void Table_PendingRows_AreStillMissing() => Report.Fail(
        $"Move these rows of {Table} from '{Pending}' to their section and name their tests", Rows()
            .Where(row => row.Section == Pending && row.Members.Count > 0 && row.Members.All(IsPublic))
            .Select(row => string.Join(", ", row.Members)));

    [Fact(DisplayName = "The table leaves out no public name of asyncio")]
    public void Table_AsyncioNames_AreAllThere()
    {
        HashSet<string> listed = Rows().SelectMany(row => row.Asyncio).ToHashSet();
        Report.Fail($"Names of asyncio that {Table} leaves out", File.ReadLines(Repository.PathOf(Names.Split('/')))
            .Where(line => line.Length > 0 && !line.StartsWith('#') && !listed.Contains(line)));
    }

    [Fact(DisplayName = "The table is where these tests look for it")]
    public void Table_Rows_AreMany() => Assert.True(Rows().Count() > 50);

    private static bool IsPublic(string member)
    {
        string[] parts = member.Split('.');
        return parts.Length <= 2 && s_public
            .Where(type => type.Name.Split('`')[0] == parts[0])
            .Any(type => parts.Length == 1 || Has(type, parts[1]));
    }

    private static bool Has(Type type, string name)
    {
        const BindingFlags All =
            BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;
        return type.GetMember(name, All).Length > 0 || type.GetInterfaces().Any(parent => parent.GetMember(name).Length > 0);
    }

    private static IEnumerable<Row> Rows()
    {
        string section = "";
        foreach (string line in File.ReadLines(Repository.PathOf(Table.Split('/'))))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                section = line[3..];
            }

            string[] cells = line.Split('|');
            if (cells.Length == 5 && Spans(cells[1]) is { Count: > 0 } asyncio)
            {
                yield return new Row(section, asyncio, Spans(cells[2]), Spans(cells[3]));
            }
        }
    }

    private static List<string> Spans(string cell) => CodeSpan().Matches(cell).Select(match => match.Groups[1].Value).ToList();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\bclass (\w+)")]
    private static partial Regex ClassName();

    private sealed record Row(
        string Section, IReadOnlyList<string> Asyncio, IReadOnlyList<string> Members, IReadOnlyList<string> Tests);
}
