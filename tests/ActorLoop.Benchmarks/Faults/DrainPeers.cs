using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Benchmarks.Faults;

/// <summary>The other ends of the connections, in a process of their own because of the limit of descriptors.</summary>
internal static class DrainPeers
{
    public static Process Start(int port, int connections, int stuck)
    {
        string self = Environment.ProcessPath!;
        var start = new ProcessStartInfo(self) { RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            start.ArgumentList.Add(typeof(DrainPeers).Assembly.Location);
        }

        foreach (string argument in (string[])["drain", "--peers", Text(port), "--connections", Text(connections), "--stuck", Text(stuck)])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    /// <summary>Connects, and stays until nobody wants it any more.</summary>
    public static int Run(int port, int connections, int stuck)
    {
        var peers = new List<Socket>(connections);
        for (int i = 0; i < connections; i++)
        {
            var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            peer.Connect(IPAddress.Loopback, port);
            if (i < stuck)
            {
                _ = peer.Send("?"u8);
            }

            peers.Add(peer);
        }

        _ = Console.In.ReadToEnd();
        peers.ForEach(peer => peer.Dispose());
        return 0;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
