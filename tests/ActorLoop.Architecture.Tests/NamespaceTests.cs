using System.Reflection;
using System.Runtime.CompilerServices;

namespace ActorLoop.Architecture.Tests;

// If this fails, users need more than one using, or moving a file breaks them.
public sealed class NamespaceTests
{
    public static TheoryData<string> Projects { get; } =
        new(Repository.LoadableProjects.Select(path => Path.GetFileNameWithoutExtension(path)!));

    [Theory(DisplayName = "Public types live in the namespace of their project, internal ones in that of their folder")]
    [MemberData(nameof(Projects))]
    public void Types_OfAProject_LiveInTheRightNamespace(string project)
    {
        ILookup<(string Name, int Arity), string> folders = Repository.Sources($"src/{project}")
            .SelectMany(file => file.Types.Select(type =>
                (Key: (type.Name, type.Arity), Folder: file.FolderUnder($"src/{project}"))))
            .Distinct()
            .ToLookup(type => type.Key, type => type.Folder);
        Report.Fail($"Types of {project} in a wrong place", Assembly.Load(project).GetTypes()
            .Where(type => !type.IsNested && !type.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(type => Misplaced(type, project, folders))
            .OfType<string>());
    }

    private static string? Misplaced(Type type, string project, ILookup<(string Name, int Arity), string> folders)
    {
        string name = type.Name.Split('`')[0];
        List<string> homes = folders[(name, type.GetGenericArguments().Length)].ToList();
        if (homes.Count == 0)
        {
            // Source generators and the compiler add types that stand in no file.
            return null;
        }

        if (type.IsPublic)
        {
            return type.Namespace != project
                ? $"{type.FullName}: public, so it belongs into the namespace {project}"
                : homes.Count > 1 ? $"{type.FullName}: its parts stand in {string.Join(" and ", homes)}" : null;
        }

        List<string> allowed = homes.Select(home => home.Length == 0 ? project : $"{project}.{home}").ToList();
        return allowed.Contains(type.Namespace ?? "")
            ? null
            : $"{type.FullName}: internal, so it belongs into the namespace {string.Join(" or ", allowed)}";
    }
}
