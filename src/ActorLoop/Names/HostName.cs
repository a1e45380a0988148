using System.Globalization;
using System.Net;

namespace ActorLoop.Names;

/// <summary>A host as a user wrote it: an address, or a name that may be looked up. Everything else is refused here.</summary>
/// <remarks>
/// Stricter than the C library on purpose: it takes 127.1, 0177.0.0.1 and 0x7f000001 for 127.0.0.1, cuts names at a NUL, and
/// what one part of a program thinks is a harmless name another then connects to as an address.
/// </remarks>
/// <param name="Name">What to look up, in ASCII.</param>
/// <param name="Literal">The address, if it is one.</param>
/// <param name="Scope">The interface after the '%' of an IPv6 address.</param>
internal readonly record struct HostName(string Name, IPAddress? Literal, string? Scope)
{
    private const int MaxLength = 253;
    private const int MaxLabel = 63;
    private const int MaxInterfaceName = 15;

    private static readonly IdnMapping s_international = new() { AllowUnassigned = false, UseStd3AsciiRules = false };

    /// <summary>Reads a host, or throws an <see cref="ArgumentException"/> that says what is wrong with it.</summary>
    public static HostName Parse(string host, string parameter)
    {
        if (host.Length == 0)
        {
            throw new ArgumentException("The host is empty.", parameter);
        }

        if (host.Any(character => char.IsControl(character) || char.IsWhiteSpace(character)))
        {
            throw Refused(host, parameter, "it has control characters or blanks");
        }

        if (host.Contains(':'))
        {
            return ParseIPv6(host, parameter);
        }

        if (IPv4Text.TryParse(host, out IPAddress? address))
        {
            return new HostName(host, address, null);
        }

        string name = ToAscii(host, parameter);
        CheckName(name, host, parameter);
        return new HostName(name, null, null);
    }

    private static HostName ParseIPv6(string host, string parameter)
    {
        int percent = host.IndexOf('%');
        string text = percent < 0 ? host : host[..percent];
        string? scope = percent < 0 ? null : host[(percent + 1)..];
        int last = text.LastIndexOf(':') + 1;
        bool odd = text.AsSpan().IndexOfAny('[', ']', '/') >= 0
            || (text.AsSpan(last).Contains('.') && !IPv4Text.TryParse(text.AsSpan(last), out _));
        if (odd || !IPAddress.TryParse(text, out IPAddress? address))
        {
            throw Refused(host, parameter, "it is no IPv6 address (write it without brackets and port), and names have no colon");
        }

        if (scope is not null && (scope.Length is 0 or > MaxInterfaceName || scope.AsSpan().IndexOfAny('/', '%', ':') >= 0))
        {
            throw Refused(host, parameter, "behind the '%' of an address comes the name or the number of an interface");
        }

        return new HostName(host, address, scope);
    }

    private static string ToAscii(string host, string parameter)
    {
        if (System.Text.Ascii.IsValid(host))
        {
            return host;
        }

        try
        {
            return s_international.GetAscii(host);
        }
        catch (ArgumentException failure)
        {
            throw Refused(host, parameter, $"it is no international name: {failure.Message}");
        }
    }

    private static void CheckName(string name, string host, string parameter)
    {
        ReadOnlySpan<char> rest = name.EndsWith('.') ? name.AsSpan(0, name.Length - 1) : name;
        if (rest.Length > MaxLength)
        {
            throw Refused(host, parameter, $"it has {rest.Length} characters, allowed are {MaxLength}");
        }

        ReadOnlySpan<char> label = default;
        foreach (Range range in rest.Split('.'))
        {
            label = rest[range];
            if (label.Length is 0 or > MaxLabel)
            {
                throw Refused(host, parameter, $"between its dots stand 1 to {MaxLabel} characters, not {label.Length}");
            }

            foreach (char character in label)
            {
                if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
                {
                    throw Refused(host, parameter, $"'{character}' does not belong into a name");
                }
            }
        }

        if (IPv4Text.LooksNumeric(label))
        {
            throw Refused(
                host, parameter, "it ends in a number but is no address; an IPv4 address is four decimal numbers, 0 to 255");
        }
    }

    private static ArgumentException Refused(string host, string parameter, string why)
    {
        const int MaxShown = 64;
        string start = host.Length <= MaxShown ? host : host[..MaxShown] + "…";
        string shown = string.Concat(start.Select(character => char.IsControl(character)
            ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)character:X2}")
            : character.ToString()));
        return new ArgumentException($"'{shown}' is no host: {why}.", parameter);
    }
}
