using System.Security.Cryptography.X509Certificates;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Tls;

/// <summary>The server's certificate in a file, for programs that shall trust or show it.</summary>
public sealed class CertificateFile : IDisposable
{
    public CertificateFile(bool withKey)
    {
        X509Certificate2 certificate = TestCertificates.Server;
        string text = certificate.ExportCertificatePem();
        if (withKey)
        {
            text += $"\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n";
        }

        File.WriteAllText(Path, text);
    }

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
