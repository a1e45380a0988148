namespace ActorLoop.Architecture.Tests;

// If this fails, a file has grown beyond what a reader holds in mind, or a folder no longer names a concept.
public sealed class FileLayoutTests
{
    private const int MaximumLines = 300;

    private static readonly string[] ForbiddenFolders = ["Utils", "Utilities", "Helpers", "Common", "Internal", "Core"];

    /// <summary>Files that are better long, with the reason. Empty is the goal.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    [Fact(DisplayName = "Files of src and samples have at most 300 lines")]
    public void Files_OfSrcAndSamples_AreShort() =>
        Report.Fail("Files that are too long", Repository.Sources("src").Concat(Repository.Sources("samples"))
            .Where(file => file.LineCount > MaximumLines && !LongFiles.ContainsKey(file.Path))
            .Select(file => $"{file.Path}: {file.LineCount} lines, allowed are {MaximumLines}"));

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
}
