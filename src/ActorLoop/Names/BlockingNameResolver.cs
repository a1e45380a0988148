using System.Net;
using ActorLoop.Names;

namespace ActorLoop;

/// <summary>A resolver whose lookups block: they run on a bounded number of threads of its own.</summary>
/// <remarks>
/// <para>
/// Equal lookups that overlap are one, so a name whose server does not answer holds one thread, however many ask for it.
/// </para>
/// <para>A lookup that nobody waits for any more cannot be stopped; another thread takes the place of the one it holds, up
/// to four times <see cref="MaxThreads"/> altogether. Beyond that lookups wait, with their timeout running, and beyond
/// <see cref="MaxWaiting"/> they fail at once. <see cref="Statistics"/> tells.</para>
/// </remarks>
public abstract class BlockingNameResolver : NameResolver
{
    /// <summary>How many lookups may wait for a thread.</summary>
    public const int MaxWaiting = 1024;

    private readonly ResolverPool _pool;

    /// <summary>Creates a resolver; no thread is started yet.</summary>
    /// <param name="name">The threads are called "name-1", "name-2" and so on.</param>
    /// <param name="maxThreads">How many lookups run at a time.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxThreads"/> is zero or negative.</exception>
    protected BlockingNameResolver(string name = "resolver", int maxThreads = 16)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxThreads);
        _pool = new ResolverPool(name, maxThreads, MaxWaiting);
    }

    /// <summary>How many lookups run at a time, those that nobody waits for not counted.</summary>
    public int MaxThreads => _pool.MaxThreads;

    /// <summary>What the threads are doing. Thread: any.</summary>
    public NameResolverStatistics Statistics => _pool.Statistics;

    /// <inheritdoc/>
    /// <remarks>What follows an <c>await</c> without a context may run on the resolver's thread and must not block.</remarks>
    public sealed override Task<IReadOnlyList<AddressInfo>> GetAddressInfoAsync(
        string? host, string? service, AddressInfoOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        AddressInfoOptions wanted = options with { Timeout = null };
        return _pool.RunAsync((host, service, wanted), () => GetAddressInfo(host, service, wanted), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>What follows an <c>await</c> without a context may run on the resolver's thread and must not block.</remarks>
    public sealed override Task<NameInfo> GetNameInfoAsync(
        IPEndPoint endPoint, NameInfoHints flags, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var copy = new IPEndPoint(endPoint.Address, endPoint.Port);
        return _pool.RunAsync((copy, flags), () => GetNameInfo(copy, flags), cancellationToken);
    }

    /// <summary>Looks up a host, a service, or both. Thread: one of the resolver's; it may block.</summary>
    /// <inheritdoc cref="NameResolver.GetAddressInfoAsync"/>
    protected abstract IReadOnlyList<AddressInfo> GetAddressInfo(string? host, string? service, AddressInfoOptions options);

    /// <summary>Looks up the names of an address and a port. Thread: one of the resolver's; it may block.</summary>
    /// <inheritdoc cref="NameResolver.GetNameInfoAsync"/>
    protected abstract NameInfo GetNameInfo(IPEndPoint endPoint, NameInfoHints flags);
}
