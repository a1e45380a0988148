using System.Reflection;
using ActorLoop.Architecture.Tests.PublicSurface;

namespace ActorLoop.Architecture.Tests;

// If this fails, what users compile against has changed: either by accident, or the text file has to say so too.
public sealed class PublicSurfaceTests
{
    private const string Update = "UPDATE_PUBLIC_SURFACE";

    [Theory(DisplayName = "The public surface is the committed one")]
    [MemberData(nameof(NamespaceTests.Projects), MemberType = typeof(NamespaceTests))]
    public void PublicSurface_OfAnAssembly_IsTheCommittedOne(string project)
    {
        string file = Repository.PathOf("tests", "ActorLoop.Architecture.Tests", "PublicSurface", project + ".txt");
        string actual = SurfaceWriter.Write(Assembly.Load(project));
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(file, actual);
        }

        string committed = File.Exists(file) ? File.ReadAllText(file) : "";
        Report.Fail(
            $"{Repository.Relative(file)} differs. If the change is meant, run\n"
                + $"  {Update}=1 dotnet test tests/ActorLoop.Architecture.Tests\nand review the diff",
            SurfaceDiff.Lines(committed.ReplaceLineEndings("\n"), actual));
    }

    [Fact(DisplayName = "Every committed surface belongs to an assembly")]
    public void PublicSurfaceFiles_WithoutAssembly_AreStale() =>
        Report.Fail("Surfaces of assemblies that are gone", Directory
            .EnumerateFiles(Repository.PathOf("tests", "ActorLoop.Architecture.Tests", "PublicSurface"), "*.txt")
            .Where(file => !Repository.ProjectsUnderSrc
                .Any(path => Path.GetFileNameWithoutExtension(path) == Path.GetFileNameWithoutExtension(file)))
            .Select(Repository.Relative));
}
