namespace ActorLoop.TestKit;

/// <summary>Bytes that show when they are lost, doubled or swapped.</summary>
public static class TestBytes
{
    public static byte[] Make(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
