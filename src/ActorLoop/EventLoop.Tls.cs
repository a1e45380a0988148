using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ActorLoop.Connections;
using ActorLoop.Transports;

namespace ActorLoop;

/// <summary>Upgrading connections to TLS.</summary>
public abstract partial class EventLoop
{
    /// <summary>Begins TLS on an open connection, as the client. Mirrors <c>start_tls</c>.</summary>
    /// <param name="transport">The connection; TLS inside TLS is fine. It must not be used any more.</param>
    /// <param name="protocol">Who gets the decrypted data. It knows the connection: it is not told of it again.</param>
    /// <param name="tls">How to do TLS. <see cref="SslClientAuthenticationOptions.TargetHost"/> is needed.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Gives up, and aborts the connection.</param>
    /// <returns>The transport that takes the place of the old one, when the handshake is done.</returns>
    /// <remarks>
    /// <para>Thread: the loop's. What comes from now on goes to TLS and never in clear to the protocol.</para>
    /// <para>
    /// Bytes behind the command that asked for TLS, if the protocol has any, were sent by nobody who can be trusted: close the
    /// connection, or see <see cref="StartTlsOptions.Received"/>.
    /// </para>
    /// <para>When the handshake fails the connection ends, and the protocol hears of it as usual.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">A bad argument; the connection is as it was.</exception>
    /// <exception cref="InvalidOperationException">The transport is closing, or this is not the loop's thread.</exception>
    /// <exception cref="AuthenticationException">The handshake failed, or the certificate was refused.</exception>
    /// <exception cref="SocketException">The peer went away, or took too long.</exception>
    public Task<ITransport> StartTlsAsync(
        ITransport transport,
        StreamProtocol protocol,
        SslClientAuthenticationOptions tls,
        StartTlsOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new StartTlsOptions();
        TlsSettings settings = TlsArguments.Of(tls, options);
        return BeginTlsAsync(transport, protocol, settings, options, installed: null, cancellationToken);
    }

    /// <summary>Begins TLS on an open connection, as the server. Mirrors <c>start_tls(server_side=True)</c>.</summary>
    /// <param name="transport">The connection; TLS inside TLS is fine. It must not be used any more.</param>
    /// <param name="protocol">Who gets the decrypted data. It knows the connection: it is not told of it again.</param>
    /// <param name="tls">How to do TLS. A certificate is needed.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    /// <param name="cancellationToken">Gives up, and aborts the connection.</param>
    /// <returns>The transport that takes the place of the old one, when the handshake is done.</returns>
    /// <remarks>
    /// <para>Thread: the loop's. What comes from now on goes to TLS and never in clear to the protocol.</para>
    /// <para>
    /// Bytes behind the command that asked for TLS, if the protocol has any, were sent by nobody who can be trusted: close the
    /// connection, or see <see cref="StartTlsOptions.Received"/>.
    /// </para>
    /// <para>When the handshake fails the connection ends, and the protocol hears of it as usual.</para>
    /// </remarks>
    /// <exception cref="ArgumentException">A bad argument; the connection is as it was.</exception>
    /// <exception cref="InvalidOperationException">The transport is closing, or this is not the loop's thread.</exception>
    /// <exception cref="AuthenticationException">The handshake failed.</exception>
    /// <exception cref="SocketException">The peer went away, or took too long.</exception>
    public Task<ITransport> StartTlsAsync(
        ITransport transport,
        StreamProtocol protocol,
        SslServerAuthenticationOptions tls,
        StartTlsOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new StartTlsOptions();
        TlsSettings settings = TlsArguments.Of(tls, options);
        return BeginTlsAsync(transport, protocol, settings, options, installed: null, cancellationToken);
    }

    /// <summary>Upgrades a connection; whoever keeps transports is given the new one before the handshake begins.</summary>
    internal Task<ITransport> BeginTlsAsync(
        ITransport transport,
        StreamProtocol protocol,
        TlsSettings settings,
        StartTlsOptions options,
        Action<ITransport>? installed,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(protocol);
        if (transport.Loop != this)
        {
            throw new ArgumentException($"The transport belongs to loop '{transport.Loop.Name}', not to '{Name}'.", nameof(transport));
        }

        Core.ThrowIfClosed();
        if (!IsOnLoop)
        {
            throw new InvalidOperationException($"StartTlsAsync is called on the loop's thread; post the call to loop '{Name}'.");
        }

        if (transport.IsClosing)
        {
            throw new InvalidOperationException($"A connection that is closing cannot be upgraded to TLS: {transport}");
        }

        if (transport.Protocol is TlsTransport)
        {
            throw new InvalidOperationException(
                $"The transport was upgraded already; use the one that StartTlsAsync returned: {transport}");
        }

        cancellationToken.ThrowIfCancellationRequested();
        var secure = new TlsTransport(Core, protocol, settings);
        var upgrade = new TlsUpgrade(Core, secure);
        installed?.Invoke(secure);
        secure.Upgrade(transport, options.Received);
        return upgrade.WaitAsync(cancellationToken);
    }
}
