using System.Diagnostics;
using System.Net;
using ActorLoop.Execution;
using ActorLoop.Futures;
using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>A server as an actor of one loop: its listeners accept, its connections are its children.</summary>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed partial class SocketServer : Server, IConnectionSink, ITransportOwner
{
    private static int s_lastNumber;

    private readonly LoopCore _core;
    private readonly List<Listener> _listeners;
    private readonly HashSet<StreamTransport> _clients = [];
    private readonly ConnectionStarter _starter;
    private readonly TransportOptions _transportOptions;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _backlog;
    private readonly string _name;
    private volatile ServerState _state;
    private TaskCompletionSource? _forever;
    private EndPoint[] _endPoints;
    private int _connectionCount;
    private long _acceptedCount;
    private int _load;
    private bool _isStarting;

    // Without a placement the server keeps what its listeners accept.
    public SocketServer(
        LoopCore core,
        Func<StreamProtocol> factory,
        IEnumerable<ListeningSocket> sockets,
        ServerOptions options,
        IConnectionSink? placement = null)
    {
        _core = core;
        _name = NameOf(options);
        _backlog = options.Backlog;
        _strategy = options.Strategy;
        _placement = placement;
        ListeningSocket[] listening = [.. sockets];
        _endPoints = [.. listening.Select(socket => socket.EndPoint)];
        bool noDelay = options.NoDelay && !Array.Exists(listening, socket => socket.IsUnix);
        var transportOptions = new TransportOptions(options.WriteBufferLimits, noDelay, options.KeepAlive)
        {
            Tls = TlsArguments.Of(options),
            Supervision = options.ConnectionSupervision(factory),
        };
        _transportOptions = transportOptions;
        _listeners = [.. listening.Select(NewListener)];
        _starter = new ConnectionStarter(core, factory, transportOptions, this);
        core.Closed += LoopClosed;
        _uid = core.Loop.Tree.Add(this);
    }

    /// <summary>The name that was given, or one that nobody has.</summary>
    public static string NameOf(ServerOptions options) => options.Name ?? $"server-{Interlocked.Increment(ref s_lastNumber)}";

    public override EventLoop Loop => _core.Loop;

    public override bool IsServing => _state == ServerState.Serving;

    public override IReadOnlyList<EndPoint> EndPoints => _endPoints;

    public override int ConnectionCount => Volatile.Read(ref _connectionCount);

    public override long AcceptedCount => Interlocked.Read(ref _acceptedCount);

    public override Task StartServingAsync() => OnLoopAsync(static server =>
    {
        server.ThrowIfClosed();
        server.StartListening();
    });

    public override async Task ServeForeverAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken = TaskToken.Or(cancellationToken);
        var forever = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await OnLoopAsync(server => server.BeginForever(forever));
        try
        {
            await forever.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Close();
            await WaitClosedAsync(CancellationToken.None);
            throw;
        }
    }

    public override void Close() => Post(static server => server.CloseNow());

    internal override Task UnbindAsync()
    {
        if (MayCall)
        {
            CloseNow();
            return Task.CompletedTask;
        }

        try
        {
            return OnLoopAsync(static server => server.CloseNow());
        }
        catch (LoopClosedException)
        {
            return Task.CompletedTask;
        }
    }

    public override Task WaitClosedAsync(CancellationToken cancellationToken = default) => _ended.Task.WaitAsync(cancellationToken);

    public override void CloseClients() => Post(static server => server.ForEachClient(static client => client.Close()));

    public override void AbortClients() => Post(static server => server.ForEachClient(static client => client.Abort()));

    public override Task<int> ShutdownAsync(TimeSpan drainTimeout) =>
        ServerShutdown.RunAsync(this, drainTimeout, _core.TimeProvider);

    /// <summary>Connections this server has or is about to get. Thread: any.</summary>
    public int Load => Volatile.Read(ref _load);

    public void Accepted(in AcceptedSocket socket)
    {
        Reserve();
        Attach(socket);
    }

    /// <summary>Counts a connection that is on its way. Thread: any.</summary>
    public void Reserve() => Interlocked.Increment(ref _load);

    /// <summary>Takes a reserved connection that somebody else may have accepted. Loop thread only.</summary>
    public void Attach(in AcceptedSocket socket)
    {
        if (_state == ServerState.Closed || _core.IsClosed)
        {
            // Closed between accepting and attaching: the client must see the end, not a silent connection.
            if (!Rehome(socket))
            {
                Refuse(socket);
            }

            return;
        }

        // The factory may close the server, which must not be over before this connection is.
        _isStarting = true;
        StreamTransport? transport = _starter.Start(socket);
        _isStarting = false;
        if (transport is null)
        {
            Interlocked.Decrement(ref _load);
            EndIfNothingLeft();
            return;
        }

        lock (_clients)
        {
            _clients.Add(transport);
        }

        Volatile.Write(ref _connectionCount, _clients.Count);
        Interlocked.Increment(ref _acceptedCount);
        if (_state == ServerState.Closed)
        {
            transport.Abort();
        }
    }

    /// <summary>Ends a reserved connection that can no longer be attached. Thread: any.</summary>
    public void Refuse(in AcceptedSocket socket)
    {
        Interlocked.Decrement(ref _load);
        socket.Handle.Close();
    }

    /// <summary>Delivers a connection accepted on another loop. Thread: any.</summary>
    public void HandOver(in AcceptedSocket socket)
    {
        Reserve();
        if (!_core.TryPost(new Message(new HandedOver(this, socket))))
        {
            Refuse(socket);
        }
    }

    public void TransportEnded(StreamTransport transport)
    {
        Interlocked.Decrement(ref _load);
        lock (_clients)
        {
            // Others read it to print the tree.
            _clients.Remove(transport);
        }

        Volatile.Write(ref _connectionCount, _clients.Count);
        EndIfNothingLeft();
    }

    public override string ToString() => $"Server {_name} ({_state}) on {string.Join(", ", _endPoints.Select(e => e.ToString()))}";

    /// <summary>Starts to accept, on every socket or on none: the server is closed when one fails. Loop thread only.</summary>
    public void StartListening()
    {
        if (_state != ServerState.Bound)
        {
            return;
        }

        try
        {
            _listeners.ForEach(listener => listener.Start(_backlog));
            _state = ServerState.Serving;
            Trace("serves");
        }
        catch
        {
            CloseNow();
            throw;
        }
    }

    private void BeginForever(TaskCompletionSource forever)
    {
        ThrowIfClosed();
        if (_forever is { Task.IsCompleted: false })
        {
            throw new InvalidOperationException($"{this} is serving for ever already.");
        }

        _forever = forever;
        StartListening();
    }

    private void CloseNow()
    {
        if (_state == ServerState.Closed)
        {
            return;
        }

        Trace("closes");
        _state = ServerState.Closed;
        _listeners.ForEach(listener => listener.Close());
        _endPoints = [];
        _forever?.TrySetCanceled();
        EndIfNothingLeft();
    }

    private void Trace(string what)
    {
        if (_core.Traces)
        {
            _core.Errors.Trace($"{this} {what}");
        }
    }

    private void EndIfNothingLeft()
    {
        if (_state == ServerState.Closed && _clients.Count == 0 && !_isStarting)
        {
            _core.Closed -= LoopClosed;
            _core.Loop.Tree.Remove(this);
            _node.End(withLoop: _core.IsClosed);
            _ended.TrySetResult();
        }
    }

    private void ForEachClient(Action<ITransport> action)
    {
        foreach (StreamTransport client in _clients.ToArray())
        {
            action(client.Outermost);
        }
    }

    private void ThrowIfClosed()
    {
        if (_state == ServerState.Closed)
        {
            throw new InvalidOperationException($"{this} is closed; create a new one.");
        }
    }
}
