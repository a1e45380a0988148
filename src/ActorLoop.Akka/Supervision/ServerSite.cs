using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace ActorLoop.Akka.Supervision;

/// <summary>
/// What of a server outlives its restarts: the listening sockets, which belong to the parent, and how connections are made. Thread:
/// any.
/// </summary>
internal sealed class ServerSite
{
    private readonly SupervisedLoop _loop;
    private readonly Lock _gate = new();
    private readonly List<Server> _servers = [];
    private readonly TaskCompletionSource<IActorRef> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Socket[] _sockets = [];
    private long _lastConnection;
    private bool _closed;

    public ServerSite(SupervisedLoop loop, string name, Func<StreamProtocol> factory, SupervisedServerOptions options)
    {
        _loop = loop;
        Name = name;
        Factory = factory;
        Options = options;
    }

    public string Name { get; }

    public Func<StreamProtocol> Factory { get; }

    public SupervisedServerOptions Options { get; }

    public SupervisedLoop Loop => _loop;

    public IReadOnlyList<EndPoint> EndPoints { get; private set; } = [];

    /// <summary>Done when the first acceptor listens, with the actor.</summary>
    public Task<IActorRef> Started => _started.Task;

    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _closed;
            }
        }
    }

    public Server[] Servers
    {
        get
        {
            lock (_gate)
            {
                return [.. _servers];
            }
        }
    }

    public string NextConnectionName() => $"conn-{Interlocked.Increment(ref _lastConnection)}";

    public void Adopt(Socket[] sockets)
    {
        _sockets = sockets;
        EndPoints = [.. sockets.Select(socket => socket.LocalEndPoint!)];
    }

    public void TellStarted(IActorRef actor) => _started.TrySetResult(actor);

    public void TellFailed(Exception failure) => _started.TrySetException(failure);

    /// <summary>Opens an acceptor on copies of the sockets: they stay open when it is closed.</summary>
    public async Task<Server[]> OpenAsync(Func<StreamProtocol> factory)
    {
        // The family was the matter of the sockets, which are bound already.
        ServerOptions options = Options.Server with { Family = null, StartServing = true };
        var opened = new List<Server>();
        try
        {
            foreach (Socket copy in CopySockets())
            {
                opened.Add(await _loop.CreateServerAsync(factory, copy, options));
            }

            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                _servers.RemoveAll(server => server.WaitClosedAsync(CancellationToken.None).IsCompleted);
                _servers.AddRange(opened);
            }

            return [.. opened];
        }
        catch
        {
            opened.ForEach(server => server.Close());
            throw;
        }
    }

    /// <summary>Nobody listens any more, and no restart will change that. Connections stay.</summary>
    public void Close()
    {
        Socket[] sockets;
        lock (_gate)
        {
            _closed = true;
            sockets = _sockets;
            _sockets = [];
        }

        Array.ForEach(Servers, server => server.Close());
        Array.ForEach(sockets, socket => socket.Dispose());
    }

    private List<Socket> CopySockets()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            var copies = new List<Socket>();
            try
            {
                foreach (Socket socket in _sockets)
                {
                    copies.Add(Interop.Duplicate(socket));
                }

                return copies;
            }
            catch
            {
                copies.ForEach(copy => copy.Dispose());
                throw;
            }
        }
    }
}
