using System.Net.Security;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>Checks what options say about TLS, before anything is opened, and makes settings of it.</summary>
internal static class TlsArguments
{
    /// <summary>Null when the connection is in clear.</summary>
    /// <param name="options">What the user gave.</param>
    /// <param name="host">The name that was connected to; null when there is none.</param>
    public static TlsSettings? Of(ConnectionOptions options, string? host)
    {
        if (options.Tls is not { } tls)
        {
            RefuseTimeouts(options.HandshakeTimeout, options.ShutdownTimeout, nameof(options));
            return null;
        }

        return new TlsSettings(Client(tls, host, nameof(options)), options.HandshakeTimeout, options.ShutdownTimeout);
    }

    /// <summary>Null when the connections are in clear.</summary>
    public static TlsSettings? Of(ServerOptions options)
    {
        if (options.Tls is null && options.TlsSelector is null)
        {
            RefuseTimeouts(options.HandshakeTimeout, options.ShutdownTimeout, nameof(options));
            return null;
        }

        if (options.Tls is { } tls)
        {
            if (options.TlsSelector is not null)
            {
                throw new ArgumentException("Tls and TlsSelector exclude each other: the selector returns the options.", nameof(options));
            }

            CheckServer(tls, nameof(options));
        }

        var gate = new TlsHandshakeGate(options.MaxConcurrentHandshakes);
        return new TlsSettings(options.Tls, options.TlsSelector, options.HandshakeTimeout, options.ShutdownTimeout, gate);
    }

    /// <summary>For a connection that is upgraded by its client's side.</summary>
    public static TlsSettings Of(SslClientAuthenticationOptions tls, StartTlsOptions options)
    {
        ArgumentNullException.ThrowIfNull(tls);
        return new TlsSettings(Client(tls, host: null, nameof(tls)), options.HandshakeTimeout, options.ShutdownTimeout);
    }

    /// <summary>For a connection that is upgraded by its server's side.</summary>
    public static TlsSettings Of(SslServerAuthenticationOptions tls, StartTlsOptions options)
    {
        ArgumentNullException.ThrowIfNull(tls);
        CheckServer(tls, nameof(tls));
        return new TlsSettings(tls, selector: null, options.HandshakeTimeout, options.ShutdownTimeout, gate: null);
    }

    /// <summary>A copy for one connection: with the name to check, and without renegotiation, which nobody needs.</summary>
    public static SslClientAuthenticationOptions Client(SslClientAuthenticationOptions options, string? host, string parameter)
    {
        string? target = string.IsNullOrEmpty(options.TargetHost) ? host : options.TargetHost;
        if (string.IsNullOrEmpty(target))
        {
            throw new ArgumentException(
                "TLS needs the name that the server's certificate must bear: set SslClientAuthenticationOptions.TargetHost.", parameter);
        }

        var copy = new SslClientAuthenticationOptions
        {
            AllowRenegotiation = false,
            AllowTlsResume = options.AllowTlsResume,
            ApplicationProtocols = options.ApplicationProtocols,
            CertificateChainPolicy = options.CertificateChainPolicy,
            CertificateRevocationCheckMode = options.CertificateRevocationCheckMode,
            CipherSuitesPolicy = options.CipherSuitesPolicy,
            ClientCertificateContext = options.ClientCertificateContext,
            ClientCertificates = options.ClientCertificates,
            EnabledSslProtocols = options.EnabledSslProtocols,
            EncryptionPolicy = options.EncryptionPolicy,
            LocalCertificateSelectionCallback = options.LocalCertificateSelectionCallback,
            RemoteCertificateValidationCallback = options.RemoteCertificateValidationCallback,
            TargetHost = target,
        };
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            copy.AllowRsaPkcs1Padding = options.AllowRsaPkcs1Padding;
            copy.AllowRsaPssPadding = options.AllowRsaPssPadding;
        }

        return copy;
    }

    public static void CheckServer(SslServerAuthenticationOptions options, string parameter)
    {
        if (options.AllowRenegotiation)
        {
            throw new ArgumentException("Renegotiation is not supported; leave AllowRenegotiation false.", parameter);
        }

        if (options.ServerCertificate is null
            && options.ServerCertificateContext is null
            && options.ServerCertificateSelectionCallback is null)
        {
            throw new ArgumentException(
                "A TLS server needs a certificate: set ServerCertificateContext, ServerCertificate or a selection callback.", parameter);
        }
    }

    private static void RefuseTimeouts(TimeSpan? handshake, TimeSpan? shutdown, string parameter)
    {
        if (handshake is not null || shutdown is not null)
        {
            throw new ArgumentException(
                "HandshakeTimeout and ShutdownTimeout are times of TLS; set Tls as well, or leave them.", parameter);
        }
    }
}
