namespace ActorLoop.Architecture.Tests;

// If this fails, a file has grown beyond what a reader holds in mind, or a folder no longer names a concept.
public sealed class FileLayoutTests
{
    private const int MaximumLines = 300;
    private const int MaximumColumns = 140;

    private static readonly string[] ForbiddenFolders = ["Utils", "Utilities", "Helpers", "Common", "Internal", "Core"];

    /// <summary>Files that are better long, with the reason. Empty is the goal.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    [Fact(DisplayName = "Files of src and samples have at most 300 lines")]
    public void Files_OfSrcAndSamples_AreShort() =>
        Report.Fail("Files that are too long", Repository.Sources("src").Concat(Repository.Sources("samples"))
            .Where(file => file.LineCount > MaximumLines && !LongFiles.ContainsKey(file.Path))
            .Select(file => $"{file.Path}: {file.LineCount} lines, allowed are {MaximumLines}"));

    [Fact(DisplayName = "Lines end before column 140, and mostly before 120")]
    public void Lines_OfAllSources_AreShort() =>
        Report.Fail("Lines that are too long", new[] { "src", "samples", "tests" }
            .SelectMany(Repository.Sources)
            .SelectMany(file => File.ReadLines(Repository.PathOf(file.Path.Split('/')))
                .Select((text, index) => (text.Length, Place: $"{file.Path}:{index + 1}")))
            .Where(line => line.Length > MaximumColumns)
            .Select(line => $"{line.Place}: {line.Length} columns, allowed are {MaximumColumns}"));

    [Fact(DisplayName = "The maps name every project, folder and sample")]
    public void Maps_OfSrcAndSamples_AreComplete() =>
        Report.Fail("Not on a map", Missing("src/README.md", Repository.ProjectsUnderSrc
                .Select(project => Path.GetFileName(Path.GetDirectoryName(project)!)))
            .Concat(Missing("src/README.md", Repository.Sources("src/ActorLoop")
                .Select(file => file.FolderUnder("src/ActorLoop"))
                .Where(folder => folder.Length > 0)
                .Select(folder => $"`{folder}`")))
            .Concat(Missing("samples/README.md", Repository.Sources("samples")
                .Select(file => $"`{file.FolderUnder("samples")}`"))));

    [Fact(DisplayName = "An exception from the file length is still needed and has a reason")]
    public void LongFiles_OnTheList_AreLongAndExplained() =>
        Report.Fail("Stale exceptions", LongFiles
            .Where(entry => entry.Value.Length == 0
                || !File.Exists(Repository.PathOf(entry.Key.Split('/')))
                || File.ReadLines(Repository.PathOf(entry.Key.Split('/'))).Count() <= MaximumLines)
            .Select(entry => entry.Key));

    [Fact(DisplayName = "Folders of src are concepts")]
    public void Folders_OfSrc_AreConcepts() =>
        Report.Fail("Folders that name no concept", Repository.Sources("src")
            .Select(file => Path.GetDirectoryName(file.Path)!.Replace('\\', '/'))
            .Distinct()
            .Where(folder => folder.Split('/').Intersect(ForbiddenFolders, StringComparer.OrdinalIgnoreCase).Any()));

    private static IEnumerable<string> Missing(string map, IEnumerable<string> names)
    {
        string text = File.ReadAllText(Repository.PathOf(map.Split('/')));
        return names.Distinct().Where(name => !text.Contains(name, StringComparison.Ordinal))
            .Select(name => $"{map}: {name}");
    }
}
