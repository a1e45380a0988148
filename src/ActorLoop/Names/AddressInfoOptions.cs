using System.Net.Sockets;
using ActorLoop.Names;

namespace ActorLoop;

/// <summary>Which addresses of a host are wanted.</summary>
public sealed record AddressInfoOptions
{
    private const AddressInfoHints AllFlags = AddressInfoHints.Passive | AddressInfoHints.CanonicalName
        | AddressInfoHints.NumericHost | AddressInfoHints.V4Mapped | AddressInfoHints.All
        | AddressInfoHints.AddressConfig | AddressInfoHints.NumericService;

    private readonly AddressFamily? _family;
    private readonly AddressInfoHints _flags;
    private readonly TimeSpan? _timeout;

    /// <summary>InterNetwork or InterNetworkV6. Default: null, both.</summary>
    /// <exception cref="ArgumentException">Another family.</exception>
    public AddressFamily? Family
    {
        get => _family;
        init
        {
            if (value is not (null or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
            {
                throw new ArgumentException(
                    $"The address family {value} is not one of InterNetwork and InterNetworkV6.", nameof(Family));
            }

            _family = value;
        }
    }

    /// <summary>Kind of socket. Default: null, an entry for each kind.</summary>
    public SocketType? SocketType { get; init; }

    /// <summary>Protocol. Default: null, any.</summary>
    public ProtocolType? Protocol { get; init; }

    /// <summary>Further wishes. Default: none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A flag that does not exist.</exception>
    public AddressInfoHints Flags
    {
        get => _flags;
        init
        {
            if ((value & ~AllFlags) != 0)
            {
                throw new ArgumentOutOfRangeException(nameof(Flags), value, $"The flags are a combination of {AllFlags}.");
            }

            _flags = value;
        }
    }

    /// <summary>
    /// How long the lookup may take, on the loop's clock; <see cref="Timeout.InfiniteTimeSpan"/> is no limit. Default: null,
    /// <see cref="EventLoopOptions.NameLookupTimeout"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero, or negative and not infinite.</exception>
    public TimeSpan? Timeout
    {
        get => _timeout;
        init
        {
            LookupTimeout.Check(value, nameof(Timeout));
            _timeout = value;
        }
    }
}
