using System.Net;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>The line by which a starter learns that a server accepts, and on which port.</summary>
internal static class Announcement
{
    public static void Write(EndPoint endPoint)
    {
        Console.WriteLine($"listening on {endPoint}");
        Console.Out.Flush();
    }
}
