using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorLoop.Benchmarks.Compare;

/// <summary>The certificate of all TLS servers of one run, with its key: PEM, ECDSA P-256.</summary>
internal static class TlsCertificate
{
    public static string PathIn(string folder) => Path.Combine(folder, "certificate.pem");

    public static async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        string text = $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
        await File.WriteAllTextAsync(PathIn(folder), text, cancellationToken);
    }

    public static X509Certificate2 Read(string path) => X509Certificate2.CreateFromPemFile(path);

    /// <summary>Options of a server of ours; null without a certificate.</summary>
    public static SslServerAuthenticationOptions? ServerOptions(string? path) => path is null ? null : new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(Read(path), additionalCertificates: null, offline: true),
    };
}
