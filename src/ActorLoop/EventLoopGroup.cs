using System.Net;
using ActorLoop.Connections;
using ActorLoop.Execution;
using ActorLoop.Selectors;
using ActorLoop.Streams;

namespace ActorLoop;

/// <summary>Several loops, each on a thread of its own, and servers over all of them.</summary>
/// <remarks>Thread: any.</remarks>
public sealed partial class EventLoopGroup : IAsyncDisposable
{
    private readonly EventLoopThread[] _threads;
    private readonly SharedSelector? _sharedSelector;
    private readonly List<Server> _servers = [];
    private readonly Lock _gate = new();
    private Task? _stopping;
    private uint _next;

    /// <summary>Creates the loops and starts their threads.</summary>
    /// <param name="loops">How many; null is one for each core the process may use.</param>
    /// <param name="options">How the group is made; null is all defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not at least one loop.</exception>
    /// <exception cref="ArgumentException">Loops over completions were asked to share a selector.</exception>
    public EventLoopGroup(int? loops = null, EventLoopGroupOptions? options = null)
    {
        int count = loops ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count, nameof(loops));
        options ??= new EventLoopGroupOptions();
        if (options is { SelectorSharing: SelectorSharing.Shared, Loop.Kind: EventLoopKind.Proactor })
        {
            throw new ArgumentException("Loops over completions have no selector to share.", nameof(options));
        }

        _sharedSelector = options.SelectorSharing == SelectorSharing.Shared ? new SharedSelector(Selector.CreateDefault()) : null;
        _threads = [.. Enumerable.Range(0, count).Select(i => StartLoop(options, i))];
        Loops = [.. _threads.Select(thread => thread.Loop)];
    }

    /// <summary>The loops, in a fixed order.</summary>
    public IReadOnlyList<EventLoop> Loops { get; }

    /// <summary>The next loop in turn, for spreading work evenly.</summary>
    /// <returns>One of <see cref="Loops"/>.</returns>
    public EventLoop Next() => Loops[(int)((Interlocked.Increment(ref _next) - 1) % (uint)Loops.Count)];

    /// <summary>Listens on the addresses of a host and spreads the connections over all loops.</summary>
    /// <param name="factory">Makes a protocol for each connection, on the loop that owns it.</param>
    /// <param name="host">Name or address; null or empty is every interface.</param>
    /// <param name="port">Port; 0 is a free one.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="placement">Which loop gets a connection.</param>
    /// <param name="cancellationToken">Ends the resolving of names.</param>
    /// <returns>The server; stopping the group shuts it down.</returns>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">An address could not be bound; none of them is.</exception>
    /// <exception cref="ObjectDisposedException">The group is stopping.</exception>
    public async Task<Server> CreateServerAsync(
        Func<StreamProtocol> factory,
        string? host,
        int port,
        ServerOptions? options = null,
        ConnectionPlacement placement = ConnectionPlacement.LeastLoaded,
        CancellationToken cancellationToken = default)
    {
        options ??= new ServerOptions();
        ArgumentNullException.ThrowIfNull(factory);
        AddressResolver.CheckPort(port);
        AddressResolver.CheckFamily(options.Family);
        _ = TlsArguments.Of(options);
        List<IPEndPoint> endPoints = await AddressResolver.ResolvePassiveAsync(
            Loops[0], [host], port, options.Family, cancellationToken);
        return await StartAsync(
            loops => GroupServer.Create(loops, factory, endPoints, options, placement), options.StartServing);
    }

    /// <summary>Listens on the addresses of a host and runs a handler for each connection, on the loop that owns it.</summary>
    /// <param name="handler">Serves one connection, as in <see cref="EventLoop"/>'s method of that name.</param>
    /// <param name="host">Name or address; null or empty is every interface.</param>
    /// <param name="port">Port; 0 is a free one.</param>
    /// <param name="options">How to listen; null is all defaults.</param>
    /// <param name="streamOptions">How the streams are made; null is all defaults.</param>
    /// <param name="placement">Which loop gets a connection.</param>
    /// <param name="cancellationToken">Ends the resolving of names.</param>
    /// <returns>The server; stopping the group shuts it down.</returns>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">An address could not be bound; none of them is.</exception>
    /// <exception cref="ObjectDisposedException">The group is stopping.</exception>
    public Task<Server> StartServerAsync(
        Func<LoopStream, CancellationToken, Task> handler,
        string? host,
        int port,
        ServerOptions? options = null,
        StreamOptions? streamOptions = null,
        ConnectionPlacement placement = ConnectionPlacement.LeastLoaded,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var served = new StreamHandler(handler, streamOptions ?? StreamOptions.Default);
        return CreateServerAsync(served.CreateProtocol, host, port, options, placement, cancellationToken);
    }

    /// <summary>
    /// The orderly end: servers stop accepting, connections are closed after what they have buffered was sent, those that
    /// are left
    /// when the time is up are aborted, and the loops stop. Calling it again waits for the same end.
    /// </summary>
    /// <param name="drainTimeout">How long connections may take; zero aborts at once.</param>
    /// <returns>Done when every loop is closed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative and not infinite.</exception>
    public Task StopAsync(TimeSpan drainTimeout)
    {
        if (drainTimeout < TimeSpan.Zero && drainTimeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(drainTimeout), drainTimeout, "The drain time is zero, positive, or Timeout.InfiniteTimeSpan.");
        }

        lock (_gate)
        {
            return _stopping ??= StopAllAsync([.. _servers], drainTimeout);
        }
    }

    /// <summary>Aborts every connection and stops the loops.</summary>
    /// <returns>Done when every loop is closed.</returns>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);

    private async Task<Server> StartAsync(Func<LoopCore[], GroupServer> create, bool startServing)
    {
        GroupServer server;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping is not null, this);
            server = create([.. Loops.Select(loop => loop.Core)]);
            _servers.RemoveAll(other => other.WaitClosedAsync(CancellationToken.None).IsCompleted);
            _servers.Add(server);
        }

        if (startServing)
        {
            try
            {
                await server.StartServingAsync();
            }
            catch
            {
                // One member closes itself when it cannot listen; the others wait for connections it would have handed over.
                server.Close();
                throw;
            }
        }

        return server;
    }

    private async Task StopAllAsync(Server[] servers, TimeSpan drainTimeout)
    {
        try
        {
            await Task.WhenAll(servers.Select(server => server.ShutdownAsync(drainTimeout)));
        }
        finally
        {
            await Task.WhenAll(_threads.Select(thread => thread.StopAsync()));
            _sharedSelector?.Dispose();
        }
    }

    private EventLoopThread StartLoop(EventLoopGroupOptions options, int number)
    {
        EventLoopOptions loopOptions = options.Loop with { Name = $"{options.Name}/loop-{number}" };
        return _sharedSelector is null
            ? new EventLoopThread(loopOptions)
            : new EventLoopThread(() => new SelectorEventLoop(_sharedSelector.CreatePort(), loopOptions));
    }
}
