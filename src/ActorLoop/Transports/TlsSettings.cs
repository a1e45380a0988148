using System.Net.Security;

namespace ActorLoop.Transports;

/// <summary>
/// How the connections of one server, or one client, do TLS: whose side, whose options, how long things may take.
/// </summary>
internal sealed class TlsSettings
{
    public static readonly TimeSpan ClientHandshakeTimeout = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan ServerHandshakeTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan DefaultShutdownTimeout = TimeSpan.FromSeconds(5);

    private readonly SslClientAuthenticationOptions? _client;
    private readonly SslServerAuthenticationOptions? _server;
    private readonly ServerOptionsSelectionCallback? _selector;

    /// <summary>The side that begins.</summary>
    public TlsSettings(SslClientAuthenticationOptions client, TimeSpan? handshakeTimeout, TimeSpan? shutdownTimeout)
    {
        _client = client;
        HandshakeTimeout = handshakeTimeout ?? ClientHandshakeTimeout;
        ShutdownTimeout = shutdownTimeout ?? DefaultShutdownTimeout;
    }

    /// <summary>The side that answers, with the same options for every client or with those that a callback selects.</summary>
    public TlsSettings(
        SslServerAuthenticationOptions? server,
        ServerOptionsSelectionCallback? selector,
        TimeSpan? handshakeTimeout,
        TimeSpan? shutdownTimeout,
        TlsHandshakeGate? gate)
    {
        _server = server;
        _selector = selector;
        HandshakeTimeout = handshakeTimeout ?? ServerHandshakeTimeout;
        ShutdownTimeout = shutdownTimeout ?? DefaultShutdownTimeout;
        Gate = gate;
    }

    public bool IsServer => _client is null;

    public TimeSpan HandshakeTimeout { get; }

    /// <summary>Zero does not wait for the peer's close_notify at all.</summary>
    public TimeSpan ShutdownTimeout { get; }

    public TlsHandshakeGate? Gate { get; }

    /// <summary>Begins the handshake.</summary>
    public Task AuthenticateAsync(SslStream stream, EventLoop loop)
    {
        if (_client is not null)
        {
            return stream.AuthenticateAsClientAsync(_client);
        }

        // Read anew for each client: exchanging the certificate in the options is how it is renewed without a restart.
        return _server is not null
            ? stream.AuthenticateAsServerAsync(_server)
            : stream.AuthenticateAsServerAsync(new TlsSelection(loop, _selector!).SelectAsync, state: null);
    }
}
