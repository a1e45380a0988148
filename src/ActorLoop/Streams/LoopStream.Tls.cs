using System.Net.Security;
using System.Security.Authentication;
using ActorLoop.Connections;
using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>Upgrading a stream to TLS.</summary>
public sealed partial class LoopStream
{
    /// <summary>Waits until what was written is sent, and goes on with TLS, as the client. Mirrors <c>start_tls</c>.</summary>
    /// <param name="tls">How to do TLS. <see cref="SslClientAuthenticationOptions.TargetHost"/> is needed.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Gives up, and aborts the connection.</param>
    /// <returns>Done when the handshake is; what is written before waits for it.</returns>
    /// <exception cref="ArgumentException">A bad argument; the connection is as it was.</exception>
    /// <exception cref="InvalidOperationException">
    /// Bytes that came in clear were not read, or a read waits. The bytes came from nobody who can be trusted; where they are the
    /// beginning of the peer's handshake, read them and hand them over as <see cref="StartTlsOptions.Received"/>.
    /// </exception>
    /// <exception cref="AuthenticationException">The handshake failed, or the certificate was refused.</exception>
    public async Task StartTlsAsync(
        SslClientAuthenticationOptions tls, StartTlsOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new StartTlsOptions();
        TlsSettings settings = TlsArguments.Of(tls, options);
        await StartTlsAsync(settings, options, cancellationToken);
    }

    /// <summary>Waits until what was written is sent, and goes on with TLS, as the server. Mirrors <c>start_tls</c>.</summary>
    /// <param name="tls">How to do TLS. A certificate is needed.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Gives up, and aborts the connection.</param>
    /// <returns>Done when the handshake is; what is written before waits for it.</returns>
    /// <exception cref="ArgumentException">A bad argument; the connection is as it was.</exception>
    /// <exception cref="InvalidOperationException">
    /// Bytes that came in clear were not read, or a read waits. The bytes came from nobody who can be trusted; where they are the
    /// beginning of the peer's handshake, read them and hand them over as <see cref="StartTlsOptions.Received"/>.
    /// </exception>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    public async Task StartTlsAsync(
        SslServerAuthenticationOptions tls, StartTlsOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new StartTlsOptions();
        TlsSettings settings = TlsArguments.Of(tls, options);
        await StartTlsAsync(settings, options, cancellationToken);
    }

    private async Task StartTlsAsync(TlsSettings settings, StartTlsOptions options, CancellationToken cancellationToken)
    {
        await DrainAsync(cancellationToken);
        // Looked at after the wait: nothing may come in clear between here and the first record.
        if (_connection.Input.Length > 0 || _connection.Input.IsAwaited)
        {
            throw new InvalidOperationException(
                $"{_connection.Input.Length} bytes came in clear before TLS began, or a read waits for such: {this}");
        }

        await Transport.Loop.BeginTlsAsync(
            Transport, _connection, settings, options, _connection.Continue, cancellationToken);
    }
}
