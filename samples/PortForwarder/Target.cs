using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorLoop;

namespace PortForwarder;

/// <summary>Where connections are forwarded to: a host and a port, or the path of a Unix socket.</summary>
internal sealed record Target(string Text, string? Path, string Host, int Port)
{
    private const string UnixPrefix = "unix:";

    public static bool TryParse(string text, [NotNullWhen(true)] out Target? target)
    {
        target = null;
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            string path = text[UnixPrefix.Length..];

            // As in socat and systemd, an @ stands for the NUL that begins an abstract name.
            target = new Target(text, path.StartsWith('@') ? $"\0{path[1..]}" : path, "", 0);
            return path.Length > 0;
        }

        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port))
        {
            return false;
        }

        // An IPv6 address stands in brackets, so that its colons are no port.
        string host = text[..colon];
        target = new Target(text, null, host is ['[', .. string inner, ']'] ? inner : host, port);
        return port is > 0 and <= 65535;
    }

    public Task ConnectAsync<TProtocol>(EventLoop loop, Func<TProtocol> factory, CancellationToken cancellationToken)
        where TProtocol : StreamProtocol => Path is null
            ? loop.CreateConnectionAsync(factory, Host, Port, cancellationToken: cancellationToken)
            : loop.CreateUnixConnectionAsync(factory, Path, cancellationToken: cancellationToken);

    public override string ToString() => Text;
}
