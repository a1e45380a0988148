using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;

namespace ActorLoop.Names;

/// <summary>The lookups of one loop: answers what is a number at once, asks the resolver for the rest. Thread: any.</summary>
internal sealed class LoopLookups
{
    private readonly Lock _gate = new();
    private readonly HashSet<IPendingLookup> _pending = [];
    private readonly LoopCore _core;
    private readonly NameResolver _resolver;
    private readonly TimeSpan _timeout;
    private bool _closed;

    public LoopLookups(LoopCore core, NameResolver resolver, TimeSpan timeout)
    {
        _core = core;
        _resolver = resolver;
        _timeout = timeout;
        core.Closed += LoopClosed;
    }

    /// <summary>Lookups under way.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count;
            }
        }
    }

    public Task<IReadOnlyList<AddressInfo>> GetAddressInfoAsync(
        HostName? host, ServiceName service, AddressInfoOptions options, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<IReadOnlyList<AddressInfo>>(cancellationToken);
        }

        try
        {
            if (host is { Literal: null } name && options.Flags.HasFlag(AddressInfoHints.NumericHost))
            {
                throw new SocketException(
                    (int)SocketError.HostNotFound, $"'{name.Name}' is no address, and only addresses are wanted.");
            }

            if (service.Name is not null && options.Flags.HasFlag(AddressInfoHints.NumericService))
            {
                throw new SocketException(
                    (int)SocketError.HostNotFound, $"'{service.Name}' is no number, and only numbers are wanted.");
            }

            if (service.Name is null && host is not { Literal: null } && NumericAnswers.Covers(options))
            {
                return Task.FromResult(NumericAnswers.Answer(host, service.Port, options));
            }
        }
        catch (SocketException failure)
        {
            return Task.FromException<IReadOnlyList<AddressInfo>>(failure);
        }

        string what = $"'{host?.Name}'{(service.Name is null ? "" : $" for service '{service.Name}'")}";
        return AskAsync<IReadOnlyList<AddressInfo>>(
            async stop =>
            {
                IReadOnlyList<AddressInfo> found =
                    await _resolver.GetAddressInfoAsync(host?.Name, service.Name, options, stop).ConfigureAwait(false);
                return Checked(found, service, options, what);
            },
            what,
            options.Timeout,
            cancellationToken);
    }

    public Task<NameInfo> GetNameInfoAsync(IPEndPoint endPoint, NameInfoHints flags, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<NameInfo>(cancellationToken);
        }

        const NameInfoHints Numbers = NameInfoHints.NumericHost | NameInfoHints.NumericService;
        return (flags & Numbers) == Numbers
            ? NumbersOfAsync(endPoint, flags)
            : AskAsync(
                stop => _resolver.GetNameInfoAsync(endPoint, flags, stop), $"the name of {endPoint}", timeout: null, cancellationToken);
    }

    public void Remove(IPendingLookup lookup)
    {
        lock (_gate)
        {
            _pending.Remove(lookup);
        }
    }

    private static Task<NameInfo> NumbersOfAsync(IPEndPoint endPoint, NameInfoHints flags)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Task.FromResult(new NameInfo(endPoint.Address.ToString(), endPoint.Port.ToString(provider: null)));
        }

        try
        {
            return Task.FromResult(SystemNameResolver.Ask(endPoint, flags));
        }
        catch (SocketException failure)
        {
            return Task.FromException<NameInfo>(failure);
        }
    }

    /// <summary>
    /// Gives every caller end points of his own, which he may change, and holds any resolver to what was asked for.
    /// </summary>
    private static List<AddressInfo> Checked(
        IReadOnlyList<AddressInfo>? found, ServiceName service, AddressInfoOptions options, string what)
    {
        List<AddressInfo> addresses = [.. (found ?? [])
            .Where(info => options.Family is null || info.Family == options.Family)
            .Select(info => info with
            {
                EndPoint = new IPEndPoint(info.EndPoint.Address, service.Name is null ? service.Port : info.EndPoint.Port),
            })];
        return addresses.Count > 0
            ? addresses
            : throw new SocketException(
                (int)SocketError.HostNotFound, $"{what} has no address{(options.Family is null ? "" : $" of family {options.Family}")}.");
    }

    private Task<T> AskAsync<T>(
        Func<CancellationToken, Task<T>> ask, string what, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var lookup = new PendingLookup<T>(this, what);
        lock (_gate)
        {
            if (_closed)
            {
                throw new LoopClosedException(_core.Name);
            }

            _pending.Add(lookup);
        }

        lookup.Start(_core.Traces ? Traced(ask, what) : ask, timeout ?? _timeout, _core, cancellationToken);
        return lookup.Task;
    }

    /// <summary>A lookup that takes as long as a slow callback is worth a line of its own level.</summary>
    private Func<CancellationToken, Task<T>> Traced<T>(Func<CancellationToken, Task<T>> ask, string what) => async stop =>
    {
        _core.Errors.Trace($"Loop '{_core.Name}' looks up {what}");
        TimeProvider clock = _core.Clock.Source;
        long start = clock.GetTimestamp();
        string outcome = "failed";
        try
        {
            T answer = await ask(stop).ConfigureAwait(false);
            outcome = "is answered";
            return answer;
        }
        finally
        {
            TimeSpan taken = clock.GetElapsedTime(start);
            _core.Errors.Trace(
                $"The lookup of {what} {outcome} after {taken.TotalMilliseconds:F1} ms", notable: taken >= _core.SlowCallbackDuration);
        }
    };

    private void LoopClosed()
    {
        IPendingLookup[] pending;
        lock (_gate)
        {
            _closed = true;
            pending = [.. _pending];
        }

        foreach (IPendingLookup lookup in pending)
        {
            lookup.LoopClosed(_core.Name);
        }
    }
}
