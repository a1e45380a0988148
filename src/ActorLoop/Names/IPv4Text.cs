using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace ActorLoop.Names;

/// <summary>
/// The one way to write an IPv4 address that everybody reads alike: four decimal numbers without leading zeros.
/// </summary>
internal static class IPv4Text
{
    private static readonly SearchValues<char> s_hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        Span<byte> bytes = stackalloc byte[4];
        int count = 0;
        foreach (Range range in text.Split('.'))
        {
            ReadOnlySpan<char> part = text[range];
            if (count == bytes.Length || (part.Length > 1 && part[0] == '0')
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[count++]))
            {
                return false;
            }
        }

        if (count != bytes.Length)
        {
            return false;
        }

        address = new IPAddress(bytes);
        return true;
    }

    /// <summary>
    /// Whether somebody would read the last part of a name as part of an address: a decimal, octal or hexadecimal number.
    /// </summary>
    public static bool LooksNumeric(ReadOnlySpan<char> label)
    {
        if (label.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return label[2..].IndexOfAnyExcept(s_hexadecimal) < 0;
        }

        return !label.IsEmpty && label.IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
