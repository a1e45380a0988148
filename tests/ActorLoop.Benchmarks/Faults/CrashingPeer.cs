using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Benchmarks.Faults;

/// <summary>Connects, sends what makes the server's protocol throw, and hangs up some connections later.</summary>
internal static class CrashingPeer
{
    // The server must have read before the reset comes, which would drop what it has not.
    private const int Held = 512;

    /// <summary>Runs for a time at a rate; gives back the rate that was reached.</summary>
    public static double Run(IPEndPoint target, int rate, TimeSpan time)
    {
        var open = new Queue<Socket>(Held);
        long start = Stopwatch.GetTimestamp();
        long count = 0;
        TimeSpan elapsed;
        while ((elapsed = Stopwatch.GetElapsedTime(start)) < time)
        {
            if (count >= elapsed.TotalSeconds * rate)
            {
                Thread.Sleep(1);
                continue;
            }

            var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            {
                // Reset, so that no port waits for stragglers.
                LingerState = new LingerOption(enable: true, seconds: 0),
            };
            socket.Connect(target);
            _ = socket.Send("!"u8);
            open.Enqueue(socket);
            count++;
            if (open.Count == Held)
            {
                open.Dequeue().Dispose();
            }
        }

        foreach (Socket socket in open)
        {
            socket.Dispose();
        }

        return count / elapsed.TotalSeconds;
    }
}
