using ActorLoop.Architecture.Tests.Sources;

namespace ActorLoop.Architecture.Tests;

/// <summary>Finds the places where a file of src/ActorLoop names a type or a namespace of a higher layer.</summary>
internal static class LayeringRules
{
    private const string Project = "src/ActorLoop";

    public static IReadOnlyList<string> UnknownFolders(IEnumerable<SourceFile> files) => files
        .Select(file => file.FolderUnder(Project))
        .Where(folder => !Layers.ByFolder.ContainsKey(folder))
        .Distinct()
        .ToList();

    public static IReadOnlyList<string> Violations(IReadOnlyList<SourceFile> files)
    {
        ILookup<string, string> homes = files
            .SelectMany(file => file.Types.Select(type => (type.Name, Folder: file.FolderUnder(Project))))
            .Distinct()
            .ToLookup(home => home.Name, home => home.Folder);
        return files.SelectMany(file => Violations(file, homes)).ToList();
    }

    private static IEnumerable<string> Violations(SourceFile file, ILookup<string, string> homes)
    {
        string folder = file.FolderUnder(Project);
        int layer = LayerOf(folder);
        TypeNames names = new(file.Tokens);
        for (int i = 0; i < file.Tokens.Count; i++)
        {
            Token token = file.Tokens[i];
            string where = $"{file.Path}:{token.Line}: layer {layer} ({Describe(folder)})";
            if (names.IsNamespaceOfProject(i)
                && Layers.ByFolder.TryGetValue(token.Text, out int used)
                && used > layer)
            {
                yield return $"{where} uses the namespace ActorLoop.{token.Text} of layer {used}";
            }
            else if (homes[token.Text].MinBy(LayerOf) is string home
                && LayerOf(home) > layer
                && !(Layers.Seams.TryGetValue(token.Text, out int from) && layer >= from)
                && names.IsType(i))
            {
                yield return $"{where} names {token.Text} of layer {LayerOf(home)} ({Describe(home)})";
            }
        }
    }

    private static int LayerOf(string folder) =>
        Layers.ByFolder.GetValueOrDefault(folder, Layers.FrontDoor);

    private static string Describe(string folder) => folder.Length == 0 ? "front door" : folder;
}
