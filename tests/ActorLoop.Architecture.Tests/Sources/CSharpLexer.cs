namespace ActorLoop.Architecture.Tests.Sources;

/// <summary>
/// Splits C# into identifiers, punctuation and literals. It knows just enough of the language to tell code from
/// comments and strings; the holes of interpolated strings are code.
/// </summary>
internal sealed class CSharpLexer
{
    private readonly List<Token> _tokens = [];
    private readonly string _text;
    private int _position;
    private int _line = 1;

    private CSharpLexer(string text) => _text = text;

    public static IReadOnlyList<Token> Tokenize(string text)
    {
        CSharpLexer lexer = new(text);
        lexer.ReadCode(insideHole: false);
        return lexer._tokens;
    }

    private char Peek(int offset = 0) =>
        _position + offset < _text.Length ? _text[_position + offset] : '\0';

    private void Advance(int count = 1)
    {
        for (; count > 0 && _position < _text.Length; count--)
        {
            if (_text[_position++] == '\n')
            {
                _line++;
            }
        }
    }

    // Inside a hole of an interpolated string the code ends at the brace that closes the hole, and a lone colon
    // at depth zero starts a format, which is text again.
    private void ReadCode(bool insideHole)
    {
        int depth = 0;
        while (_position < _text.Length)
        {
            char c = Peek();
            if (insideHole && depth == 0 && (c == '}' || (c == ':' && Peek(1) != ':' && Peek(-1) != ':')))
            {
                return;
            }

            if (char.IsWhiteSpace(c))
            {
                Advance();
            }
            else if (SkipCommentOrDirective(c) || ReadString(c))
            {
                continue;
            }
            else if (char.IsLetter(c) || c is '_' or '@')
            {
                ReadIdentifier();
            }
            else if (char.IsDigit(c))
            {
                ReadNumber();
            }
            else
            {
                depth += c is '{' or '(' or '[' ? 1 : c is '}' or ')' or ']' ? -1 : 0;
                ReadPunctuation();
            }
        }
    }

    private bool SkipCommentOrDirective(char c)
    {
        if ((c == '/' && Peek(1) == '/') || (c == '#' && IsFirstOnLine()))
        {
            while (_position < _text.Length && Peek() != '\n')
            {
                Advance();
            }

            return true;
        }

        if (c == '/' && Peek(1) == '*')
        {
            int end = _text.IndexOf("*/", _position + 2, StringComparison.Ordinal);
            Advance((end < 0 ? _text.Length : end + 2) - _position);
            return true;
        }

        return false;
    }

    private bool IsFirstOnLine()
    {
        int i = _position - 1;
        while (i >= 0 && _text[i] is ' ' or '\t')
        {
            i--;
        }

        return i < 0 || _text[i] == '\n';
    }

    private void ReadIdentifier()
    {
        int start = _position;
        int line = _line;
        Advance();
        while (char.IsLetterOrDigit(Peek()) || Peek() == '_')
        {
            Advance();
        }

        _tokens.Add(new Token(TokenKind.Identifier, _text[start.._position], line));
    }

    private void ReadNumber()
    {
        int start = _position;
        int line = _line;
        while (char.IsLetterOrDigit(Peek()) || Peek() == '_' || (Peek() == '.' && char.IsDigit(Peek(1))))
        {
            Advance();
        }

        _tokens.Add(new Token(TokenKind.Literal, _text[start.._position], line));
    }

    private void ReadPunctuation()
    {
        string two = _text.Substring(_position, Math.Min(2, _text.Length - _position));
        string text = two is "=>" or "==" or "!=" or "<=" or ">=" or "::" or "??" or "?." or ".." or "&&" or "||"
            ? two
            : two[..1];
        _tokens.Add(new Token(TokenKind.Punctuation, text, _line));
        Advance(text.Length);
    }

    private bool ReadString(char c)
    {
        if (c == '\'')
        {
            _tokens.Add(new Token(TokenKind.Literal, "''", _line));
            ReadQuoted('\'');
            return true;
        }

        int prefix = 0;
        int dollars = 0;
        bool verbatim = false;
        while (Peek(prefix) is '$' or '@')
        {
            dollars += Peek(prefix) == '$' ? 1 : 0;
            verbatim |= Peek(prefix) == '@';
            prefix++;
        }

        if (Peek(prefix) != '"')
        {
            return false;
        }

        _tokens.Add(new Token(TokenKind.Literal, "\"\"", _line));
        Advance(prefix);
        int quotes = CountQuotes();
        if (quotes >= 3 && !verbatim)
        {
            ReadStringBody(closingQuotes: quotes, dollars, escapes: false, verbatim: false);
        }
        else if (dollars > 0 || verbatim)
        {
            ReadStringBody(closingQuotes: 1, dollars, escapes: !verbatim, verbatim);
        }
        else
        {
            ReadQuoted('"');
        }

        return true;
    }

    private int CountQuotes()
    {
        int count = 0;
        while (Peek(count) == '"')
        {
            count++;
        }

        return count;
    }

    private void ReadQuoted(char quote)
    {
        Advance();
        while (_position < _text.Length && Peek() != quote && Peek() != '\n')
        {
            Advance(Peek() == '\\' ? 2 : 1);
        }

        Advance();
    }

    private void ReadStringBody(int closingQuotes, int dollars, bool escapes, bool verbatim)
    {
        Advance(closingQuotes);
        while (_position < _text.Length)
        {
            char c = Peek();
            if (c == '"' && CountQuotes() is int quotes && quotes >= closingQuotes)
            {
                if (verbatim && quotes >= 2)
                {
                    Advance(2);
                    continue;
                }

                Advance(closingQuotes);
                return;
            }

            if (escapes && c == '\\')
            {
                Advance(2);
            }
            else if (dollars > 0 && c == '{')
            {
                ReadHole(dollars, raw: closingQuotes >= 3);
            }
            else
            {
                Advance();
            }
        }
    }

    private void ReadHole(int dollars, bool raw)
    {
        int braces = 0;
        while (Peek(braces) == '{')
        {
            braces++;
        }

        // "{{" is an escaped brace in an ordinary string; in a raw one fewer braces than dollars are text.
        if (raw ? braces < dollars : braces % 2 == 0)
        {
            Advance(braces);
            return;
        }

        Advance(braces);
        ReadCode(insideHole: true);
        while (_position < _text.Length && Peek() != '}')
        {
            Advance();
        }

        Advance(raw ? dollars : 1);
    }
}
