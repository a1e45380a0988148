using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>Counts the datagrams that arrive in a window of time, and prints how many a second that were.</summary>
internal static class ActorLoopDatagramSink
{
    /// <summary>So long after the first datagram the window opens: the sender is compiled by then.</summary>
    private static readonly TimeSpan s_ramp = TimeSpan.FromSeconds(1);

    public static void Run(IPEndPoint endPoint, double seconds, DatagramOffloads offloads, CancellationToken cancellationToken) =>
        EventLoop.Run(async loop =>
        {
            using var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 22 };
            socket.Bind(endPoint);
            (IDatagramTransport transport, Sink sink) = await loop.CreateDatagramEndpointAsync(
                () => new Sink(), new DatagramOptions { Socket = socket, Offloads = offloads }, cancellationToken);
            Announcement.Write(transport.LocalEndPoint!);
            await sink.First.WaitAsync(cancellationToken);
            await Task.Delay(s_ramp, loop.TimeProvider, cancellationToken);
            long before = sink.Count;
            long start = Stopwatch.GetTimestamp();
            await Task.Delay(TimeSpan.FromSeconds(seconds), loop.TimeProvider, cancellationToken);
            double perSecond = (sink.Count - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"received {perSecond:F1} {transport.Offloads}"));
            transport.Abort();
        });

    private sealed class Sink : DatagramProtocol
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task First => _first.Task;

        public long Count { get; private set; }

        public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint remote)
        {
            if (Count++ == 0)
            {
                _first.SetResult();
            }
        }
    }
}
