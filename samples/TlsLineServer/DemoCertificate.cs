using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TlsLineServer;

/// <summary>
/// A certificate for "localhost" that certifies itself: for trying out. A real server shows one of a real authority.
/// </summary>
internal static class DemoCertificate
{
    public static SslStreamCertificateContext Create(string? saveTo)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        X509Certificate2 certificate = request.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(1));
        if (saveTo is not null)
        {
            File.WriteAllText(saveTo, certificate.ExportCertificatePem());
        }

        return SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
    }
}
