using System.Security.Cryptography;

namespace ActorLoop.Benchmarks.Compare;

/// <summary>The C programs of <c>Peers</c>, compiled by the machine's compiler and kept until their source changes.</summary>
internal sealed class NativePrograms
{
    private const string Optimization = "-O2";
    private readonly string _compiler;

    private NativePrograms(string compiler, string version)
    {
        _compiler = compiler;
        Version = version;
    }

    public string Version { get; }

    public static string SourceDirectory => Path.Combine(AppContext.BaseDirectory, "Peers");

    public static async Task<NativePrograms> FindAsync(CancellationToken cancellationToken)
    {
        string compiler = Executables.Find("cc") ?? Executables.Find("gcc") ?? Executables.Find("clang")
            ?? throw new ComparisonException("No C compiler (cc, gcc or clang) on PATH: the load generators and c-epoll need one.");
        (_, string version) = await Executables.AskAsync(compiler, ["--version"], cancellationToken);
        return new NativePrograms(compiler, $"{version.Split('\n')[0]} {Optimization}");
    }

    /// <summary>A program that speaks TLS; it needs the headers of OpenSSL (Debian: libssl-dev).</summary>
    public Task<string> CompileWithTlsAsync(string source, CancellationToken cancellationToken) =>
        CompileAsync(source, cancellationToken, "-DECHO_TLS", "-lssl", "-lcrypto");

    /// <summary>The program of a source; returns its path.</summary>
    public async Task<string> CompileAsync(
        string source, CancellationToken cancellationToken, params IReadOnlyList<string> further)
    {
        string variant = further.Count > 0 ? "-tls" : "";
        string target = Path.Combine(
            AppContext.BaseDirectory, "native", $"{Path.GetFileNameWithoutExtension(source)}{variant}-{Fingerprint()}");
        if (File.Exists(target))
        {
            return target;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        string[] arguments = [Optimization, "-o", target, Path.Combine(SourceDirectory, source), .. further];
        (bool succeeded, string output) = await Executables.AskAsync(_compiler, arguments, cancellationToken);
        return succeeded ? target : throw new ComparisonException($"{source} does not compile:{Environment.NewLine}{output}");
    }

    // Over all sources, because they include each other.
    private static string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Directory.GetFiles(SourceDirectory)
            .Where(file => Path.GetExtension(file) is ".c" or ".h").Order(StringComparer.Ordinal))
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }
}
