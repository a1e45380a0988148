using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorLoop.Benchmarks.Compare;

/// <summary>What a comparison under TLS needs: a certificate for all servers, the C server, and both load generators.</summary>
internal sealed class TlsPrograms : IDisposable
{
    private TlsPrograms(string certificate, string echo, string load, string handshakes)
    {
        Certificate = certificate;
        Echo = echo;
        Load = load;
        Handshakes = handshakes;
    }

    /// <summary>Path of a certificate with its key (PEM, ECDSA P-256), made for this run.</summary>
    public string Certificate { get; }

    public string Echo { get; }

    public string Load { get; }

    public string Handshakes { get; }

    public static async Task<TlsPrograms> MakeAsync(NativePrograms programs, CancellationToken cancellationToken) => new(
        await WriteCertificateAsync(cancellationToken),
        await programs.CompileWithTlsAsync("tls-echo.c", cancellationToken),
        await programs.CompileWithTlsAsync("echo-load.c", cancellationToken),
        await programs.CompileWithTlsAsync("tls-handshakes.c", cancellationToken));

    /// <summary>What a server reads the certificate back with.</summary>
    public static X509Certificate2 Read(string path) => X509Certificate2.CreateFromPemFile(path);

    public void Dispose() => File.Delete(Certificate);

    private static async Task<string> WriteCertificateAsync(CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(
            path, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n", cancellationToken);
        return path;
    }
}
