using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorLoop.TestKit;

/// <summary>Certificates made on the fly. They certify themselves; clients that shall trust one are told so.</summary>
public static class TestCertificates
{
    /// <summary>For "localhost", "example.test" and 127.0.0.1, valid now.</summary>
    public static X509Certificate2 Server { get; } = Make("localhost", DateTimeOffset.UtcNow.AddDays(1));

    /// <summary>Another of the same kind.</summary>
    public static X509Certificate2 Renewed { get; } = Make("localhost", DateTimeOffset.UtcNow.AddDays(2));

    /// <summary>The same, but its time is over.</summary>
    public static X509Certificate2 Expired { get; } = Make("localhost", DateTimeOffset.UtcNow.AddDays(-1));

    public static X509Certificate2 Client { get; } = Make("client", DateTimeOffset.UtcNow.AddDays(1));

    /// <summary>Options of a server that shows a certificate.</summary>
    public static SslServerAuthenticationOptions ServerOptions(X509Certificate2? certificate = null) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate ?? Server, additionalCertificates: null, offline: true),
    };

    /// <summary>Options of a client that trusts one certificate, and nothing else.</summary>
    public static SslClientAuthenticationOptions ClientOptions(X509Certificate2? trusted = null, string host = "localhost") => new()
    {
        TargetHost = host,
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { trusted ?? Server },
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        },
    };

    private static X509Certificate2 Make(string name, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName("example.test");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(until.AddDays(-30), until);
    }
}
