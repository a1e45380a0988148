using System.Net;
using ActorLoop.Connections;
using ActorLoop.Execution;
using ActorLoop.Selectors;
using ActorLoop.Streams;
using ActorLoop.Supervision;

namespace ActorLoop;

/// <summary>Several loops, each on a thread of its own, and servers over all of them.</summary>
/// <remarks>Thread: any.</remarks>
public sealed partial class EventLoopGroup : IAsyncDisposable, IPart
{
    private readonly EventLoopGroupOptions _options;
    private readonly SharedSelector? _sharedSelector;
    private readonly List<GroupServer> _servers = [];
    private readonly Lock _gate = new();
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
        _options = options ?? new EventLoopGroupOptions();
        if (_options.LoopFactory is not null && _options.SelectorSharing == SelectorSharing.Shared)
        {
            throw new ArgumentException("Loops that share a selector are made by the group: LoopFactory must be null.", nameof(options));
        }

        if (_options is { SelectorSharing: SelectorSharing.Shared, Loop.Kind: EventLoopKind.Proactor })
        {
            throw new ArgumentException("Loops over completions have no selector to share.", nameof(options));
        }

        _sharedSelector = _options.SelectorSharing == SelectorSharing.Shared ? new SharedSelector(Selector.CreateDefault()) : null;
        Shutdown = CreateShutdown();
        _places = new LoopPlace[count];
        lock (_gate)
        {
            // A loop that fails at once must find its place.
            for (int i = 0; i < count; i++)
            {
                _places[i] = new LoopPlace(StartLoop(i));
            }

            _loops = [.. _places.Select(place => place.Thread.Loop)];
        }

        _signals = _options.ShutdownOnSignals ? new ShutdownSignals(Shutdown) : null;
    }

    /// <summary>
    /// The loops, in a fixed order. A copy: a loop that fails is replaced by another in its place, see
    /// <see cref="EventLoopGroupOptions.LoopStrategy"/>.
    /// </summary>
    public IReadOnlyList<EventLoop> Loops => _loops;

    /// <summary>The next loop in turn, for spreading work evenly; loops that failed and were not replaced are passed over.</summary>
    /// <returns>One of <see cref="Loops"/>.</returns>
    public EventLoop Next()
    {
        EventLoop[] loops = _loops;
        for (int i = 0; ; i++)
        {
            EventLoop loop = loops[(int)((Interlocked.Increment(ref _next) - 1) % (uint)loops.Length)];
            if (!loop.IsClosed || i == loops.Length)
            {
                return loop;
            }
        }
    }

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
        ThrowIfStopping();
        List<IPEndPoint> endPoints = await AddressResolver.ResolvePassiveAsync(
            AnyLoop(), [host], port, options.Family, cancellationToken);
        return await StartAsync(
            loops => GroupServer.Create(this, loops, factory, endPoints, options, placement), options.StartServing);
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

    private void ThrowIfStopping() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _isStopping), this);

    private EventLoop AnyLoop() => Array.Find(_loops, loop => !loop.IsClosed) ?? _loops[0];

    private async Task<Server> StartAsync(Func<LoopCore[], GroupServer> create, bool startServing)
    {
        GroupServer server;
        lock (_gate)
        {
            ThrowIfStopping();
            IEnumerable<EventLoop> living = _places.Where(place => !place.IsLost).Select(place => place.Thread.Loop);
            server = create([.. living.Where(loop => !loop.IsClosed).Select(loop => loop.Core)]);
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
}
