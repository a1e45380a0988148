using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>
/// One call of <c>CreateConnectionAsync</c>: look up, race, make the transport, call the factory, wait for <c>ConnectionMade</c>.
/// At any moment one part owns what is open, so ending at any moment leaves nothing behind. Loop thread only.
/// </summary>
internal sealed class Connecting<TProtocol>(LoopCore core, Func<TProtocol> factory, ConnectionOptions options, TlsSettings? tls)
    : Opening<(ITransport Transport, TProtocol Protocol)>(core), IRaceOwner
    where TProtocol : StreamProtocol
{
    private readonly LoopTask? _task = core.CurrentTask;
    private readonly StreamSockets _sockets = StreamSockets.Of(core);
    private ConnectionRace? _race;
    private UnixAttempt? _unix;
    private StreamTransport? _transport;
    private TlsTransport? _secure;
    private TProtocol? _protocol;
    private string _host = "";

    /// <summary>Connects to a host and a port or service.</summary>
    public Task<(ITransport Transport, TProtocol Protocol)> ConnectAsync(
        string host, string service, CancellationToken cancellationToken)
    {
        _host = host;
        Watch(cancellationToken);
        if (!IsOver)
        {
            _ = StartAsync(service, cancellationToken);
        }

        return Outcome;
    }

    /// <summary>Connects to a Unix socket.</summary>
    public Task<(ITransport Transport, TProtocol Protocol)> ConnectAsync(
        UnixDomainSocketEndPoint target, CancellationToken cancellationToken)
    {
        Watch(cancellationToken);
        if (!IsOver)
        {
            if (OperatingSystem.IsLinux())
            {
                Core.Closed += UnixClosed;
                _unix = new UnixAttempt(Core, target, UnixConnected, UnixFailed);
                _unix.Start();
            }
            else
            {
                _ = ConnectPortablyAsync(target, cancellationToken);
            }
        }

        return Outcome;
    }

    /// <summary>Takes a socket that is connected already.</summary>
    public Task<(ITransport Transport, TProtocol Protocol)> AdoptAsync(Socket socket, CancellationToken cancellationToken)
    {
        Watch(cancellationToken);
        if (IsOver)
        {
            socket.Dispose();
        }
        else
        {
            Attach(_sockets.Adopt(socket), socket.RemoteEndPoint, IsTcp(socket.AddressFamily, socket.ProtocolType));
        }

        return Outcome;
    }

    void IRaceOwner.Connected(SocketHandle handle, IPEndPoint target)
    {
        _race = null;
        AttachForCaller(handle, target, NoDelayApplies);
    }

    void IRaceOwner.AllFailed(IReadOnlyList<Exception> failures) =>
        Fail(ConnectionFailures.Merge(failures, _host, options.AllErrors));

    void IRaceOwner.RaceClosed() => LoopClosed();

    private async Task ConnectPortablyAsync(UnixDomainSocketEndPoint target, CancellationToken cancellationToken)
    {
        Core.Closed += LoopClosed;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(target, cancellationToken);
            AttachForCaller(_sockets.Adopt(socket), peer: null, isTcp: false);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (!EndIfCanceled())
            {
                Fail(failure);
            }
        }
        finally
        {
            Core.Closed -= LoopClosed;
        }
    }

    private void UnixConnected(int descriptor)
    {
        Core.Closed -= UnixClosed;
        AttachForCaller(_sockets.Own(descriptor), peer: null, isTcp: false);
    }

    private void UnixFailed(Exception failure)
    {
        Core.Closed -= UnixClosed;
        Fail(failure);
    }

    private void UnixClosed()
    {
        _unix!.Cancel();
        UnixFailed(new LoopClosedException(Core.Name));
    }

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
        Core.Closed += LoopClosed;
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
            Core.Closed -= LoopClosed;
        }
    }

    private Task<List<IPEndPoint>> LookUpAsync(
        string host, string service, AddressInfoHints flags, CancellationToken cancellationToken)
    {
        var wanted = new AddressInfoOptions { Family = options.Family, SocketType = SocketType.Stream, Flags = flags };
        return AddressResolver.ResolveAsync(Core.Loop, host, service, wanted, cancellationToken);
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
            Core,
            this,
            interleave > 0 ? AddressOrder.Interleave(targets, interleave) : targets,
            locals,
            options.Protocol ?? ProtocolType.Tcp,
            options.HappyEyeballsDelay);
        _race.Start();
    }

    private void AttachForCaller(SocketHandle handle, EndPoint? peer, bool isTcp)
    {
        if (_task is { } task && Core.CurrentTask != task)
        {
            // The factory is code of the caller's task, although another message leads to it.
            Core.RunStep(task, _ => Attach(handle, peer, isTcp), null);
        }
        else
        {
            Attach(handle, peer, isTcp);
        }
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

            var transportOptions = new TransportOptions(options.WriteBufferLimits, options.NoDelay && isTcp, options.KeepAlive)
            {
                Supervision = ConnectionSupervision.Of(options.Strategy, options.Restart, factory),
            };
            transportOptions.Apply(socket);
            _secure = tls is null ? null : new TlsTransport(Core, _protocol, tls);
            StreamProtocol first = _secure ?? (StreamProtocol)_protocol;
            _transport = _sockets.NewTransport(Core, socket, first, transportOptions, peer, owner: null);
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

    private void Made() => Complete(((ITransport?)_secure ?? _transport!, _protocol!));

    protected override void Release()
    {
        Core.Closed -= UnixClosed;
        _unix?.Cancel();
        _race?.Cancel();
        _transport?.Abort();
    }
}
