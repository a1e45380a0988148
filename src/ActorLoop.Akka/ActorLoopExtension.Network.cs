using System.Net.Sockets;
using ActorLoop.Akka.Supervision;
using Akka.Actor;

namespace ActorLoop.Akka;

/// <summary>Loops, servers and clients as actors.</summary>
public sealed partial class ActorLoopExtension
{
    /// <summary>
    /// Starts a loop on a thread of its own and makes its actor. Unlike other loops it can be replaced when its thread is lost: by
    /// <see cref="LoopStrategy"/> saying Restart, which opens its servers and clients again, on the same listening sockets.
    /// </summary>
    /// <param name="start">Starts the thread, now and for each restart.</param>
    /// <returns>
    /// The first loop. After a restart it is closed, and what was placed on it by its dispatcher runs on the new one.
    /// </returns>
    public EventLoop AddLoop(Func<EventLoopThread> start)
    {
        ArgumentNullException.ThrowIfNull(start);
        EventLoopThread thread = start();
        SupervisedLoop supervised;
        lock (_gate)
        {
            (LoopDispatcher dispatcher, string id) = Register(thread.Loop);
            supervised = new SupervisedLoop(dispatcher, id, Free(NameOf("loop-", thread.Loop.Name)), thread, start);
            _loops[thread.Loop] = supervised;
        }

        Guardian.Tell(new LoopsActor.OnLoop(supervised, Spec: null));
        return thread.Loop;
    }

    /// <summary>
    /// Listens on the addresses of a host; each connection is an actor, and what its protocol throws is decided on by
    /// <see cref="SupervisedServerOptions.Strategy"/>.
    /// </summary>
    /// <param name="loop">The loop that accepts and serves.</param>
    /// <param name="factory">Makes a protocol for each connection, on the loop.</param>
    /// <param name="host">Name or address; null or empty is every interface.</param>
    /// <param name="port">Port; 0 is a free one.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the lookup of names.</param>
    /// <returns>The server, listening.</returns>
    /// <remarks>
    /// A protocol that is put in the place of another by a callback is supervised as well; one that is put there from elsewhere is
    /// not, before the next callback.
    /// </remarks>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    /// <exception cref="SocketException">An address could not be bound; none of them is.</exception>
    public Task<SupervisedServer> CreateServerAsync(
        EventLoop loop,
        Func<StreamProtocol> factory,
        string? host,
        int port,
        SupervisedServerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(factory);
        return CreateServerAsync(LoopOf(loop), factory, host, port, options ?? new SupervisedServerOptions(), cancellationToken);
    }

    /// <inheritdoc cref="CreateServerAsync(EventLoop, Func{StreamProtocol}, string?, int, SupervisedServerOptions?, CancellationToken)"/>
    /// <param name="group">
    /// The loops: the first one accepts, each connection is given to the one that has the fewest, and its actor runs there.
    /// </param>
    /// <param name="factory">Makes a protocol for each connection, on the loop that owns it.</param>
    /// <param name="host">Name or address; null or empty is every interface.</param>
    /// <param name="port">Port; 0 is a free one.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Ends the lookup of names.</param>
    public Task<SupervisedServer> CreateServerAsync(
        EventLoopGroup group,
        Func<StreamProtocol> factory,
        string? host,
        int port,
        SupervisedServerOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(factory);
        return CreateServerAsync(LoopOf(group), factory, host, port, options ?? new SupervisedServerOptions(), cancellationToken);
    }

    /// <summary>
    /// Connects to a host, and connects again when the connection could not be made or was lost, after a back-off, as often as
    /// <see cref="SupervisedClientOptions.Strategy"/> says Restart. The actor stays the same through all connections.
    /// </summary>
    /// <param name="loop">The loop.</param>
    /// <param name="factory">Makes a protocol for each connection.</param>
    /// <param name="host">Name or address.</param>
    /// <param name="port">Port.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <returns>The actor of the client, whose first connection need not be there yet. Stopping it ends the connection.</returns>
    /// <exception cref="ArgumentException">A bad argument; nothing was opened.</exception>
    public Task<IActorRef> CreateClientAsync(
        EventLoop loop, Func<StreamProtocol> factory, string host, int port, SupervisedClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loop);
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        options ??= new SupervisedClientOptions();
        if (options.MaxBackoff < options.MinBackoff)
        {
            throw new ArgumentException(
                $"MaxBackoff ({options.MaxBackoff}) is less than MinBackoff ({options.MinBackoff}).", nameof(options));
        }

        SupervisedLoop supervised = LoopOf(loop);
        var client = new ClientSite(
            supervised, options.Name ?? $"{supervised.NextNumber()}", factory, host, port, options);
        Guardian.Tell(new LoopsActor.OnLoop(supervised, client));
        return client.Created;
    }

    private async Task<SupervisedServer> CreateServerAsync(
        SupervisedLoop loop,
        Func<StreamProtocol> factory,
        string? host,
        int port,
        SupervisedServerOptions options,
        CancellationToken cancellationToken)
    {
        var site = new ServerSite(loop, options.Name ?? $"{loop.NextNumber()}", factory, options);
        site.Adopt(await ListeningSockets.BindAsync(loop.Loop, host, port, options, cancellationToken));
        AddSite(site);
        Guardian.Tell(new LoopsActor.OnLoop(loop, site));
        try
        {
            return new SupervisedServer(site, await site.Started);
        }
        catch
        {
            site.Close();
            throw;
        }
    }

    private SupervisedLoop LoopOf(EventLoop loop)
    {
        lock (_gate)
        {
            if (!_loops.TryGetValue(loop, out SupervisedLoop? supervised))
            {
                (LoopDispatcher dispatcher, string id) = Register(loop);
                supervised = new SupervisedLoop(dispatcher, id, Free(NameOf("loop-", loop.Name)));
                _loops.Add(loop, supervised);
            }

            return supervised;
        }
    }

    private SupervisedLoop LoopOf(EventLoopGroup group)
    {
        lock (_gate)
        {
            if (!_groups.TryGetValue(group, out SupervisedLoop? supervised))
            {
                (LoopDispatcher dispatcher, string id) = Register(group.Loops[0]);
                supervised = new SupervisedLoop(dispatcher, id, Free(NameOf("loop-", group.Loops[0].Name)), group);
                _groups.Add(group, supervised);
            }

            return supervised;
        }
    }
}
