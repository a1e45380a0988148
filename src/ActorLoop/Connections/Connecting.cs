using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Scheduling;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// One call of <c>CreateConnectionAsync</c>: look up, race, make the transport, call the factory, wait for <c>ConnectionMade</c>.
/// At any moment one part owns what is open, so ending at any moment leaves nothing behind. Loop thread only.
/// </summary>
internal sealed class Connecting<TProtocol>(LoopCore core, Func<TProtocol> factory, ConnectionOptions options, TlsSettings? tls)
    : IRaceOwner
    where TProtocol : StreamProtocol
{
    // Awaited by the caller directly: his continuation is queued within the message that called ConnectionMade.
    private readonly TaskCompletionSource<(ITransport Transport, TProtocol Protocol)> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly LoopTask? _task = core.CurrentTask;
    private readonly StreamSockets _sockets = StreamSockets.Of(core);
    private CancellationToken _cancellation;
    private CancellationTokenRegistration _registration;
    private ConnectionRace? _race;
    private StreamTransport? _transport;
    private TlsTransport? _secure;
    private TProtocol? _protocol;
    private string _host = "";
    private bool _ended;

    /// <summary>Connects to a host and a port or service.</summary>
    public Task<(ITransport Transport, TProtocol Protocol)> ConnectAsync(
        string host, string service, CancellationToken cancellationToken)
    {
        _host = host;
        Watch(cancellationToken);
        if (!_ended)
        {
            _ = StartAsync(service, cancellationToken);
        }

        return _done.Task;
    }

    /// <summary>Takes a socket that is connected already.</summary>
    public Task<(ITransport Transport, TProtocol Protocol)> AdoptAsync(Socket socket, CancellationToken cancellationToken)
    {
        Watch(cancellationToken);
        if (_ended)
        {
            socket.Dispose();
        }
        else
        {
            Attach(_sockets.Adopt(socket), socket.RemoteEndPoint, IsTcp(socket.AddressFamily, socket.ProtocolType));
        }

        return _done.Task;
    }

    void IRaceOwner.Connected(SocketHandle handle, IPEndPoint target)
    {
        _race = null;
        if (_task is { } task && core.CurrentTask != task)
        {
            // The factory is code of the caller's task, although the selector's message leads to it.
            core.RunStep(task, _ => Attach(handle, target, NoDelayApplies), null);
        }
        else
        {
            Attach(handle, target, NoDelayApplies);
        }
    }

    void IRaceOwner.AllFailed(IReadOnlyList<Exception> failures) =>
        Fail(ConnectionFailures.Merge(failures, _host, options.AllErrors));

    void IRaceOwner.RaceClosed() => LoopClosed();

    private bool NoDelayApplies => IsTcp(AddressFamily.InterNetwork, options.Protocol ?? ProtocolType.Tcp);

    private static bool IsTcp(AddressFamily family, ProtocolType protocol)
    {
        const ProtocolType MultipathTcp = (ProtocolType)262;
        return family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            && protocol is ProtocolType.Tcp or MultipathTcp;
    }

    private async Task StartAsync(string service, CancellationToken cancellationToken)
    {
        // The lookups may end when nobody can come back to this loop any more.
        core.Closed += LoopClosed;
        try
        {
            Task<List<IPEndPoint>> remote = LookUpAsync(_host, service, options.Flags, cancellationToken);
            Task<List<IPEndPoint>?> local = LookUpLocalAsync(cancellationToken);
            await Task.WhenAll((Task)remote, local);
            if (!EndIfCanceled())
            {
                Race(await remote, await local);
            }
        }
        catch (OperationCanceledException) when (EndIfCanceled())
        {
            // The lookup heard of it first.
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
        finally
        {
            core.Closed -= LoopClosed;
        }
    }

    private Task<List<IPEndPoint>> LookUpAsync(
        string host, string service, AddressInfoHints flags, CancellationToken cancellationToken)
    {
        var wanted = new AddressInfoOptions { Family = options.Family, SocketType = SocketType.Stream, Flags = flags };
        return AddressResolver.ResolveAsync(core.Loop, host, service, wanted, cancellationToken);
    }

    private async Task<List<IPEndPoint>?> LookUpLocalAsync(CancellationToken cancellationToken) => options.LocalEndPoint switch
    {
        IPEndPoint address => [address],
        DnsEndPoint name => await LookUpAsync(
            name.Host, name.Port.ToString(provider: null), AddressInfoHints.Passive, cancellationToken),
        _ => null,
    };

    private void Race(List<IPEndPoint> targets, List<IPEndPoint>? locals)
    {
        int interleave = options.Interleave ?? (options.HappyEyeballsDelay is null ? 0 : 1);
        _race = new ConnectionRace(
            core,
            this,
            interleave > 0 ? AddressOrder.Interleave(targets, interleave) : targets,
            locals,
            options.Protocol ?? ProtocolType.Tcp,
            options.HappyEyeballsDelay);
        _race.Start();
    }

    private void Attach(SocketHandle socket, EndPoint? peer, bool isTcp)
    {
        try
        {
            _protocol = factory() ?? throw new InvalidOperationException("The protocol factory returned null.");
            if (EndIfCanceled())
            {
                // Perhaps by the factory itself.
                socket.Close();
                return;
            }

            var transportOptions = new TransportOptions(options.WriteBufferLimits, options.NoDelay && isTcp, options.KeepAlive);
            transportOptions.Apply(socket);
            _secure = tls is null ? null : new TlsTransport(core, _protocol, tls);
            StreamProtocol first = _secure ?? (StreamProtocol)_protocol;
            _transport = _sockets.NewTransport(core, socket, first, transportOptions, peer, owner: null);
        }
        catch (Exception failure)
        {
            socket.Close();
            Fail(failure);
            if (failure is FatalLoopException)
            {
                throw;
            }

            return;
        }

        if (_secure is null)
        {
            _transport.PostStart(Made);
        }
        else
        {
            _secure.OnReady(Secured);
            _transport.PostStart();
        }
    }

    /// <summary>The handshake of TLS is over.</summary>
    private void Secured(Exception? failure)
    {
        if (failure is null)
        {
            Made();
        }
        else
        {
            Fail(failure);
        }
    }

    private void Made()
    {
        if (core.IsClosed)
        {
            LoopClosed();
        }
        else if (!EndIfCanceled() && TryEnd())
        {
            _done.TrySetResult(((ITransport?)_secure ?? _transport!, _protocol!));
        }
    }

    private void Watch(CancellationToken cancellationToken)
    {
        _cancellation = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(
            static (connecting, token) => ((Connecting<TProtocol>)connecting!).CancelFromAnywhere(token), this);
    }

    /// <summary>Canceled on another thread counts from that moment, not from when the message of it arrives.</summary>
    private bool EndIfCanceled()
    {
        if (_cancellation.IsCancellationRequested)
        {
            Cancel(_cancellation);
        }

        return _ended;
    }

    private void CancelFromAnywhere(CancellationToken cancellationToken)
    {
        if (core.IsOnLoop)
        {
            Cancel(cancellationToken);
        }
        else
        {
            // A loop that is closed, or closes before this is taken, ends the call by itself.
            _ = core.TryPost(new Message((Action)(() => Cancel(cancellationToken))));
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (TryEnd())
        {
            _race?.Cancel();
            _transport?.Abort();
            _done.TrySetCanceled(cancellationToken);
        }
    }

    private void Fail(Exception failure)
    {
        if (TryEnd())
        {
            _done.TrySetException(failure);
        }
    }

    private void LoopClosed() => Fail(new LoopClosedException(core.Name));

    private bool TryEnd()
    {
        if (_ended)
        {
            return false;
        }

        _ended = true;
        _registration.Unregister();
        return true;
    }
}
