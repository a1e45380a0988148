using System.Xml.Linq;

namespace ActorLoop.Architecture.Tests;

// If this fails, a user of the core pays for somebody else's dependency, or two siblings can no longer part.
public sealed class ProjectTests
{
    [Fact(DisplayName = "Projects under src reference nothing but the core")]
    public void Siblings_OfTheCore_ReferenceOnlyTheCore() =>
        Report.Fail("Projects that reference a sibling", Repository.ProjectsUnderSrc.SelectMany(project =>
            Repository.Items(project, "ProjectReference")
                .Select(item => Path.GetFileName((string)item.Attribute("Include")!))
                .Where(file => file != "ActorLoop.csproj" || Name(project) == "ActorLoop")
                .Select(file => $"{Repository.Relative(project)} -> {file}")));

    [Fact(DisplayName = "The core references only the logging abstractions")]
    public void Core_PackageReferences_AreOnlyLoggingAbstractions() =>
        Assert.Equal(
            ["Microsoft.Extensions.Logging.Abstractions"],
            Repository.Items(Repository.PathOf("src", "ActorLoop", "ActorLoop.csproj"), "PackageReference")
                .Select(item => (string)item.Attribute("Include")!));

    [Fact(DisplayName = "Internals are visible to tests only")]
    public void InternalsVisibleTo_Names_TestAssembliesOnly() =>
        Report.Fail("Internals given away; a seam is missing", Repository.MsBuildFiles()
            .SelectMany(file => Repository.Items(file, "InternalsVisibleTo")
                .Select(item => (string)item.Attribute("Include")!)
                .Where(friend => !friend.EndsWith(".Tests", StringComparison.Ordinal))
                .Select(friend => $"{Repository.Relative(file)} -> {friend}"))
            .Concat(Repository.Sources("src")
                .SelectMany(file => file.Tokens
                    .Where(token => token.Is("InternalsVisibleTo") || token.Is("InternalsVisibleToAttribute"))
                    .Select(token => $"{file.Path}:{token.Line}: write it into the project file"))));

    [Fact(DisplayName = "Package versions stand in Directory.Packages.props, each with its reason above it")]
    public void PackageVersions_AreCentral_AndHaveAReason()
    {
        string central = Repository.PathOf("Directory.Packages.props");
        IEnumerable<string> withoutReason = Repository.Items(central, "PackageVersion")
            .Where(item => PreviousNode(item) is not XComment)
            .Select(item => $"{(string?)item.Attribute("Include")}: no comment above its version");
        IEnumerable<string> elsewhere = Repository.MsBuildFiles()
            .Where(file => file != central)
            .SelectMany(file => Repository.Items(file, "PackageVersion")
                .Concat(Repository.Items(file, "PackageReference").Where(item =>
                    item.Attribute("Version") is not null
                    || item.Attribute("VersionOverride") is not null
                    || item.Elements().Any(e => e.Name.LocalName is "Version" or "VersionOverride")))
                .Select(item => $"{Repository.Relative(file)}: version of {(string?)item.Attribute("Include")}"));
        Report.Fail("Package versions", withoutReason.Concat(elsewhere));
    }

    [Fact(DisplayName = "A public member without XML docs does not build")]
    public void MissingDocs_InSrc_AreErrors()
    {
        XDocument root = XDocument.Load(Repository.PathOf("Directory.Build.props"));
        Assert.Equal("true", root.Descendants("GenerateDocumentationFile").Single().Value);
        Assert.Equal("true", root.Descendants("TreatWarningsAsErrors").Single().Value);
        Report.Fail("CS1591 switched off", Repository.MsBuildFiles()
            .Where(file => !Repository.Relative(file).StartsWith("tests/", StringComparison.Ordinal)
                && !Repository.Relative(file).StartsWith("samples/", StringComparison.Ordinal)
                && File.ReadAllText(file).Contains("CS1591", StringComparison.Ordinal))
            .Concat(Repository.Sources("src")
                .Select(source => Repository.PathOf(source.Path.Split('/')))
                .Where(path => File.ReadAllText(path).Contains("CS1591", StringComparison.Ordinal)))
            .Select(Repository.Relative));
    }

    private static string Name(string project) => Path.GetFileNameWithoutExtension(project);

    private static XNode? PreviousNode(XElement item)
    {
        XNode? node = item.PreviousNode;
        while (node is XText)
        {
            node = node.PreviousNode;
        }

        return node;
    }
}
