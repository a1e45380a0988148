namespace ActorLoop.Architecture.Tests.Sources;

internal enum TokenKind
{
    Identifier,
    Literal,
    Punctuation,
}

/// <summary>A piece of C# that means something: comments, directives, blank space and string contents are gone.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    public bool Is(string text) => Kind != TokenKind.Literal && Text == text;
}
