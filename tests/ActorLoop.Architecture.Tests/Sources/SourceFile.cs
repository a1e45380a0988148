namespace ActorLoop.Architecture.Tests.Sources;

/// <summary>A C# file with its tokens and the types it declares outside of other types.</summary>
internal sealed class SourceFile
{
    public SourceFile(string path)
        : this(Repository.Relative(path), File.ReadAllText(path))
    {
    }

    public SourceFile(string relativePath, string text)
    {
        Path = relativePath;
        LineCount = text.Length == 0 ? 0 : text.Count(c => c == '\n') + (text.EndsWith('\n') ? 0 : 1);
        Tokens = CSharpLexer.Tokenize(text);
        Types = TypeDeclarations.Find(Tokens);
    }

    /// <summary>Relative to the repository, with forward slashes.</summary>
    public string Path { get; }

    public int LineCount { get; }

    public IReadOnlyList<Token> Tokens { get; }

    public IReadOnlyList<DeclaredType> Types { get; }

    /// <summary>The first folder below the project, or an empty string for a file at the front door.</summary>
    public string FolderUnder(string project)
    {
        string inside = Path[(project.Length + 1)..];
        int slash = inside.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : inside[..slash];
    }
}
