namespace EchoServer;

/// <summary>What all loops did together; connections add to it when they end, so the data path touches nothing shared.</summary>
internal sealed class Totals
{
    private long _connections;
    private long _bytes;

    public long Connections => Interlocked.Read(ref _connections);

    public long Bytes => Interlocked.Read(ref _bytes);

    public void Add(long bytes)
    {
        Interlocked.Increment(ref _connections);
        Interlocked.Add(ref _bytes, bytes);
    }
}
