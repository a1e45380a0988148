using System.Diagnostics;
using System.Xml.Linq;
using ActorLoop.Architecture.Tests.Sources;

namespace ActorLoop.Architecture.Tests;

/// <summary>The working copy these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The projects under src, by folder, without those that stand beside the solution.</summary>
    public static IReadOnlyList<string> ProjectsUnderSrc { get; } = Directory
        .EnumerateFiles(PathOf("src"), "*.csproj", SearchOption.AllDirectories)
        .Where(path => !IsBuildOutput(path))
        .Order(StringComparer.Ordinal)
        .ToList();

    /// <summary>
    /// The projects whose assemblies can be looked at here. ActorLoop.Akka is not: its packages do not restore
    /// everywhere, so it stands beside the solution.
    /// </summary>
    public static IReadOnlyList<string> LoadableProjects { get; } = ProjectsUnderSrc
        .Where(path => Path.GetFileNameWithoutExtension(path) != "ActorLoop.Akka")
        .ToList();

    public static IReadOnlyList<SourceFile> Sources(string folder) => Directory
        .EnumerateFiles(PathOf(folder.Split('/')), "*.cs", SearchOption.AllDirectories)
        .Where(path => !IsBuildOutput(path))
        .Order(StringComparer.Ordinal)
        .Select(path => new SourceFile(path))
        .ToList();

    public static IEnumerable<string> MsBuildFiles() => Directory
        .EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetExtension(path) is ".csproj" or ".props" or ".targets" && !IsBuildOutput(path))
        .Order(StringComparer.Ordinal);

    public static IEnumerable<XElement> Items(string msBuildFile, string name) =>
        XDocument.Load(msBuildFile, LoadOptions.SetLineInfo).Descendants().Where(e => e.Name.LocalName == name);

    public static IReadOnlyList<string> TrackedFiles()
    {
        string[] arguments = ["-C", Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        ProcessStartInfo start = new("git", arguments)
        {
            RedirectStandardOutput = true,
        };
        using Process git = Process.Start(start)!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, $"git ls-files in {Root} ended with exit code {git.ExitCode}.");
        return output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool IsBuildOutput(string path) =>
        Relative(path).Split('/') is var parts && (parts.Contains("bin") || parts.Contains("obj"));

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ActorLoop.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No ActorLoop.sln above {AppContext.BaseDirectory}.");
    }
}
