using System.Globalization;
using System.Net;

namespace ActorLoop.Names;

/// <summary>A port as a user wrote it: a number, or the name of a service that may be looked up.</summary>
/// <param name="Name">The name; null if it is a number.</param>
/// <param name="Port">The number; 0 if it is a name.</param>
internal readonly record struct ServiceName(string? Name, int Port)
{
    private const int MaxLength = 63;

    /// <summary>Reads a port, or throws an <see cref="ArgumentException"/>. None is 0.</summary>
    public static ServiceName Parse(string? service, string parameter)
    {
        if (string.IsNullOrEmpty(service))
        {
            return default;
        }

        if (service.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
        {
            return int.TryParse(service, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= IPEndPoint.MaxPort
                ? new ServiceName(null, port)
                : throw new ArgumentOutOfRangeException(parameter, service, "A port is a number from 0 to 65535.");
        }

        // A sign or a blank in front of a number is taken for the number by the C library.
        bool odd = service.Length > MaxLength || !char.IsAsciiLetterOrDigit(service[0])
            || service.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0;
        return odd
            ? throw new ArgumentException(
                $"The name of a service has 1 to {MaxLength} printable characters without blanks and begins with a letter or digit.",
                parameter)
            : new ServiceName(service, 0);
    }
}
