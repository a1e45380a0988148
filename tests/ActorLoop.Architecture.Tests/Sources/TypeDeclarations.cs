namespace ActorLoop.Architecture.Tests.Sources;

internal readonly record struct DeclaredType(string Name, int Arity, int Line);

/// <summary>Finds the types that a file declares outside of other types.</summary>
internal static class TypeDeclarations
{
    public static IReadOnlyList<DeclaredType> Find(IReadOnlyList<Token> tokens)
    {
        List<DeclaredType> found = [];
        int depth = 0;
        int namespaceDepth = 0;
        for (int i = 0; i < tokens.Count; i++)
        {
            Token token = tokens[i];
            if (token.Is("{"))
            {
                depth++;
            }
            else if (token.Is("}"))
            {
                depth--;
                namespaceDepth = Math.Min(namespaceDepth, depth);
            }
            else if (depth != namespaceDepth)
            {
                continue;
            }
            else if (token.Is("namespace"))
            {
                namespaceDepth += OpensBlock(tokens, i) ? 1 : 0;
            }
            else if (NameIndex(tokens, i) is int name)
            {
                found.Add(new DeclaredType(tokens[name].Text, Arity(tokens, name + 1), tokens[name].Line));
                i = name;
            }
        }

        return found;
    }

    private static bool OpensBlock(IReadOnlyList<Token> tokens, int i)
    {
        while (i < tokens.Count && !tokens[i].Is("{") && !tokens[i].Is(";"))
        {
            i++;
        }

        return i < tokens.Count && tokens[i].Is("{");
    }

    private static int? NameIndex(IReadOnlyList<Token> tokens, int i)
    {
        if (tokens[i].Is("delegate"))
        {
            int open = i;
            while (open < tokens.Count && !tokens[open].Is("("))
            {
                open++;
            }

            int name = open - 1;
            if (name > i && tokens[name].Is(">"))
            {
                name = OpeningAngle(tokens, name) - 1;
            }

            return name > i ? name : null;
        }

        if (!tokens[i].Is("class") && !tokens[i].Is("struct") && !tokens[i].Is("interface")
            && !tokens[i].Is("enum") && !tokens[i].Is("record"))
        {
            return null;
        }

        int next = i + 1;
        if (tokens[i].Is("record") && next < tokens.Count && (tokens[next].Is("struct") || tokens[next].Is("class")))
        {
            next++;
        }

        // "where T : class" is followed by punctuation, or by the next "where".
        return next < tokens.Count && tokens[next].Kind == TokenKind.Identifier && !tokens[next].Is("where")
            ? next
            : null;
    }

    private static int OpeningAngle(IReadOnlyList<Token> tokens, int closing)
    {
        int depth = 0;
        for (int i = closing; i >= 0; i--)
        {
            depth += tokens[i].Is(">") ? 1 : tokens[i].Is("<") ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return 0;
    }

    private static int Arity(IReadOnlyList<Token> tokens, int i)
    {
        if (i >= tokens.Count || !tokens[i].Is("<"))
        {
            return 0;
        }

        int arity = 1;
        for (int depth = 0; i < tokens.Count; i++)
        {
            depth += tokens[i].Is("<") ? 1 : tokens[i].Is(">") ? -1 : 0;
            if (depth == 0)
            {
                break;
            }

            arity += depth == 1 && tokens[i].Is(",") ? 1 : 0;
        }

        return arity;
    }
}
