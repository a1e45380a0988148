using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ActorLoop.Transports;

/// <summary>What a handshake agreed on, kept for questions that come after the end.</summary>
internal sealed class TlsDetails
{
    public TlsDetails(SslStream stream)
    {
        Protocol = stream.SslProtocol;
        Cipher = stream.NegotiatedCipherSuite;
        ReadOnlyMemory<byte> application = stream.NegotiatedApplicationProtocol.Protocol;
        ApplicationProtocol = application.IsEmpty ? null : stream.NegotiatedApplicationProtocol.ToString();
        ServerName = stream.TargetHostName.Length == 0 ? null : stream.TargetHostName;
    }

    public SslProtocols Protocol { get; }

    public TlsCipherSuite Cipher { get; }

    public string? ApplicationProtocol { get; }

    public string? ServerName { get; }

    public X509Certificate2? PeerCertificate { get; set; }
}
