namespace ActorLoop.Architecture.Tests.Sources;

/// <summary>
/// Tells by its neighbors whether an identifier can name a type. Members, parameters and enum values may be called
/// like a type of a higher layer ("public object Server { get; }"); only the type itself is a dependency.
/// </summary>
internal sealed class TypeNames
{
    // After one of these an identifier is a type or an expression; after any other word it is the name of what that
    // word is the type of.
    private static readonly HashSet<string> NotTypes =
    [
        "abstract", "and", "as", "async", "await", "base", "case", "class", "const", "default", "delegate", "do",
        "else", "enum", "event", "explicit", "extern", "fixed", "from", "goto", "implicit", "in", "init", "interface",
        "internal", "is", "nameof", "new", "not", "operator", "or", "out", "override", "params", "partial", "private",
        "protected", "public", "readonly", "record", "ref", "required", "return", "scoped", "sealed", "select",
        "sizeof", "stackalloc", "static", "struct", "switch", "this", "throw", "typeof", "unsafe", "using", "virtual",
        "volatile", "when", "where", "with", "yield",
    ];

    private readonly IReadOnlyList<Token> _tokens;
    private readonly HashSet<int> _enumBodies = [];
    private readonly HashSet<string> _members = [];

    public TypeNames(IReadOnlyList<Token> tokens)
    {
        _tokens = tokens;
        for (int i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Is("enum"))
            {
                for (; i < tokens.Count && !tokens[i].Is("}"); i++)
                {
                    _enumBodies.Add(i);
                }
            }
            else if (IsDeclaredName(i) && !At(i + 1).Is(",") && !At(i + 1).Is(")"))
            {
                _members.Add(tokens[i].Text);
            }
        }
    }

    /// <summary>True for the word after "ActorLoop." in a using directive or a qualified name.</summary>
    public bool IsNamespaceOfProject(int i) =>
        At(i - 1).Is(".") && At(i - 2).Is("ActorLoop") && !At(i - 3).Is("namespace");

    public bool IsType(int i)
    {
        if (At(i).Kind != TokenKind.Identifier || _enumBodies.Contains(i) || IsDeclaredName(i))
        {
            return false;
        }

        if (At(i - 1).Is(".") || At(i - 1).Is("?."))
        {
            // After a dot stands a member, unless a namespace stands before the dot.
            return At(i - 2).Is("ActorLoop") || IsNamespaceOfProject(i - 2);
        }

        // "Name = value" sets a member; "(Name: value" and "{ Name: pattern" name an argument and a property.
        if ((At(i + 1).Is("=") && !At(i - 1).Is("using"))
            || (At(i + 1).Is(":") && (At(i - 1).Is("(") || At(i - 1).Is(",") || At(i - 1).Is("{"))))
        {
            return false;
        }

        // Where the file has a member of that name, a bare use is the member; only what must be a type counts.
        return !_members.Contains(At(i).Text) || MustBeType(i);
    }

    private bool IsDeclaredName(int i) =>
        At(i).Kind == TokenKind.Identifier
        && EndsType(i - 1)
        && At(i + 1) is { Kind: TokenKind.Punctuation, Text: "{" or "=>" or ";" or "=" or "(" or "," or ")" };

    private bool EndsType(int i) => At(i).Kind == TokenKind.Identifier
        ? !NotTypes.Contains(At(i).Text)
        : At(i).Is("?") || At(i).Is(">") || (At(i).Is("]") && (At(i - 1).Is("[") || At(i - 1).Is(",")));

    private bool MustBeType(int i)
    {
        int next = At(i + 1).Is("?") ? i + 2 : i + 1;
        return At(i - 1).Is("<") || At(i - 1).Is("new") || At(i - 1).Is("is") || At(i - 1).Is("as")
            || (At(i - 1).Is("(") && At(i - 2).Is("typeof"))
            || (At(next).Kind == TokenKind.Identifier && !NotTypes.Contains(At(next).Text));
    }

    private Token At(int i) =>
        i >= 0 && i < _tokens.Count ? _tokens[i] : new Token(TokenKind.Punctuation, "", 0);
}
