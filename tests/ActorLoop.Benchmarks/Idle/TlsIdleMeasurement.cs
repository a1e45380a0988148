using System.Diagnostics;
using System.Globalization;
using ActorLoop.Benchmarks.Compare;

namespace ActorLoop.Benchmarks.Idle;

/// <summary>What one idle TLS connection costs a server, after it echoed a message.</summary>
internal sealed record TlsIdleResult(double Managed, double Resident);

/// <summary>A TLS server of this process, and clients in a process of their own, so that all memory here is the server's.</summary>
internal sealed class TlsIdleMeasurement : IDisposable
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private readonly string _client;
    private readonly LoopServer _server;

    private TlsIdleMeasurement(string certificate, string client)
    {
        _client = client;
        _server = new LoopServer(new ServerOptions { Backlog = 4096, Tls = TlsCertificate.ServerOptions(certificate) });
    }

    public static async Task<TlsIdleMeasurement> StartAsync(CancellationToken cancellationToken)
    {
        NativePrograms programs = await NativePrograms.FindAsync(cancellationToken);
        string client = await programs.CompileWithTlsAsync("tls-idle.c", cancellationToken);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("actorloop-idle-");
        try
        {
            await TlsCertificate.WriteAsync(folder.FullName, cancellationToken);
            return new TlsIdleMeasurement(TlsCertificate.PathIn(folder.FullName), client);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public async Task<TlsIdleResult> MeasureAsync(int connections, CancellationToken cancellationToken)
    {
        // The first connections fill pools and tables that all later ones share.
        using (await OpenAsync(100, cancellationToken))
        {
            await Task.Delay(Settling, cancellationToken);
        }

        await Task.Delay(Settling, cancellationToken);
        (long managed, long resident) = Memory();
        using (await OpenAsync(connections, cancellationToken))
        {
            await Task.Delay(Settling, cancellationToken);
            (long managedNow, long residentNow) = Memory();
            return new TlsIdleResult(
                (double)(managedNow - managed) / connections, (double)(residentNow - resident) / connections);
        }
    }

    public void Dispose() => _server.Dispose();

    private static (long Managed, long Resident) Memory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long managed = GC.GetTotalMemory(forceFullCollection: true);
        using Process self = Process.GetCurrentProcess();
        return (managed, self.WorkingSet64);
    }

    /// <summary>Starts the client and waits until it has all its connections.</summary>
    private async Task<ChildProcess> OpenAsync(int connections, CancellationToken cancellationToken)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        ChildProcess client = ChildProcess.Start(
            _client, [_server.Port.ToString(invariant), connections.ToString(invariant)], new Dictionary<string, string>());
        string? line = await client.Process.StandardOutput.ReadLineAsync(cancellationToken);
        return line == "ready"
            ? client
            : throw new ComparisonException($"tls-idle: {await client.Process.StandardError.ReadToEndAsync(cancellationToken)}");
    }
}
