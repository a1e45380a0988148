namespace ActorLoop.Benchmarks.Idle;

/// <summary>Measures a server of this process through connections that own no managed memory.</summary>
internal sealed class IdleMeasurement : IDisposable
{
    private const int MessageSize = 1024;
    private const int EchoConnections = 10;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private readonly LoopServer _server = new();
    private readonly byte[] _message = new byte[MessageSize];
    private readonly byte[] _answer = new byte[MessageSize];

    /// <summary>Managed bytes that a connection keeps alive: just accepted, and after it echoed one message.</summary>
    public (double Fresh, double Used) BytesPerConnection(int count)
    {
        // The first connections fill pools and tables that all later ones share.
        Open(EchoConnections).Dispose();
        Thread.Sleep(Settling);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using RawConnections connections = Open(count);
        Thread.Sleep(Settling);
        long fresh = GC.GetTotalMemory(forceFullCollection: true);
        EchoOverAll(connections);
        Thread.Sleep(Settling);
        long used = GC.GetTotalMemory(forceFullCollection: true);
        return ((double)(fresh - before) / count, (double)(used - before) / count);
    }

    /// <summary>Processor time of the whole process while nobody sends anything.</summary>
    public TimeSpan CpuWhileIdle(int count, TimeSpan watched)
    {
        using RawConnections connections = Open(count);
        EchoOverAll(connections);
        Thread.Sleep(Settling);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Thread.Sleep(watched);
        return Environment.CpuUsage.TotalTime - before;
    }

    /// <summary>Bytes allocated by the whole process per echoed message, after a warm-up.</summary>
    public double BytesPerMessage(int messages)
    {
        using RawConnections connections = Open(EchoConnections);
        EchoMany(connections, messages);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        EchoMany(connections, messages);
        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / messages;
    }

    public void Dispose() => _server.Dispose();

    private RawConnections Open(int count) => new(_server.Port, count);

    private void EchoOverAll(RawConnections connections)
    {
        for (int i = 0; i < connections.Count; i++)
        {
            connections.Echo(i, _message, _answer);
        }
    }

    private void EchoMany(RawConnections connections, int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            connections.Echo(i % connections.Count, _message, _answer);
        }
    }
}
