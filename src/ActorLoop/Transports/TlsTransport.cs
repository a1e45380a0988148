using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ActorLoop.Execution;

namespace ActorLoop.Transports;

/// <summary>
/// TLS as an actor between two contracts: a protocol for the transport below, whatever that is, and a transport for the
/// protocol above.
/// </summary>
/// <remarks>
/// <para>Parts: this life cycle, the handshake, reading, writing, and the end.</para>
/// <para>
/// <see cref="SslStream"/> reads whole records from memory and writes to a transport that never waits, so its calls complete at
/// once, on this thread and without an allocation. Only the handshake, and a record that carries no data, leave a call pending.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
[SuppressMessage("Design", "CA1001", Justification = "ConnectionLost releases everything, and each transport comes to that.")]
internal sealed partial class TlsTransport : Protocol, ISupervisedTransport, IFlushable
{
    private readonly LoopCore _core;
    private readonly TransportMemory _memory;
    private readonly TlsSettings _settings;
    private readonly TlsRecords _records = new();
    private readonly TlsStream _stream;
    private ITransport? _below;
    private SslStream? _ssl;
    private BaseProtocol _protocol;
    private Protocol? _spanProtocol;
    private TlsState _state;
    private TlsDetails? _details;
    private Exception? _failure;
    private bool _made;
    private bool _closing;

    public TlsTransport(LoopCore core, StreamProtocol protocol, TlsSettings settings)
    {
        _core = core;
        _memory = TransportMemory.Of(core.Loop);
        _settings = settings;
        _protocol = protocol;
        _spanProtocol = protocol as Protocol;
        _stream = new TlsStream(core, _records);
    }

    public EventLoop Loop => _core.Loop;

    public bool IsClosing => _closing || _below is { IsClosing: true };

    public EndPoint? LocalEndPoint => _below?.LocalEndPoint;

    public EndPoint? RemoteEndPoint => _below?.RemoteEndPoint;

    public BaseProtocol Protocol
    {
        get => _protocol;
        set
        {
            _protocol = ServedProtocol.RequireStream(value);
            _spanProtocol = value as Protocol;
        }
    }

    public object? GetExtraInfo(string name) => name switch
    {
        "sslprotocol" => _details?.Protocol,
        "cipher" => _details?.Cipher,
        "alpn" => _details?.ApplicationProtocol,
        "servername" => _details?.ServerName,
        "peercert" => PeerCertificate(),
        _ => _below?.GetExtraInfo(name),
    };

    /// <summary>The connection below is there; ours is not before the handshake is done.</summary>
    public override void ConnectionMade(ITransport transport) => Attach(transport);

    /// <summary>The connection below has ended, and ours with it.</summary>
    public override void ConnectionLost(Exception? exception)
    {
        // After our goodbye, with nothing left to send, it does not matter how the peer hangs up.
        Exception? reason = _failure ?? (_closing && _saidGoodbye && _unsent == 0 ? null : exception);
        _closing = true;
        _state = TlsState.Ended;
        CancelTimers();
        LeaveGate();
        try
        {
            if (_made)
            {
                // A certificate that was not asked for while it was there must still be answered for.
                _ = PeerCertificate();
                _protocol.ConnectionLost(reason);
            }
        }
        finally
        {
            Release();
            TellReady(reason ?? GoneDuringHandshake());
        }
    }

    public override string ToString() => $"TLS transport {_state} over {_below}";

    private X509Certificate2? PeerCertificate()
    {
        if (_details is { PeerCertificate: null } details && _ssl is { } ssl)
        {
            details.PeerCertificate = ssl.RemoteCertificate as X509Certificate2;
        }

        return _details?.PeerCertificate;
    }

    /// <summary>Gives back every buffer; the object itself may live as long as the user keeps it.</summary>
    private void Release()
    {
        _stream.End();
        _records.Clear();
        ReleasePlain();
        ReleaseCorked();
        SslStream? ssl = _ssl;
        _ssl = null;
        ssl?.Dispose();
    }

    private void CancelTimers()
    {
        _timer?.Cancel();
        _timer = null;
    }

    private void VerifyThread()
    {
        if (!_core.IsOnLoop && _core.IsRunning)
        {
            throw new InvalidOperationException(
                $"The transport belongs to loop '{_core.Name}', which runs on another thread: post the call to the loop.");
        }
    }

    private void ProtocolFailed(string callback, Exception failure)
    {
        if (Supervision is { } supervision)
        {
            supervision.Failed(this, callback, failure);
            return;
        }

        ServedProtocol.ReportFatal(_core, this, _protocol, callback, failure);
        EndWith(failure);
    }

    /// <summary>Ends the connection without sending what is buffered.</summary>
    private void EndWith(Exception? failure)
    {
        _failure ??= failure;
        _closing = true;
        ReleaseCorked();
        _below?.Abort();
    }
}
