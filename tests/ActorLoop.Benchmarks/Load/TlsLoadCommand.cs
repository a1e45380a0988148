using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace ActorLoop.Benchmarks.Load;

/// <summary>
/// The <c>load-tls</c> verb: echoes messages with a TLS server over some connections, or shakes hands again and again, and prints
/// how many a second.
/// </summary>
internal static class TlsLoadCommand
{
    private static readonly Option<int> s_port = new("--port") { Description = "Port of the server.", Required = true };
    private static readonly Option<int> s_connections = new("--connections") { DefaultValueFactory = _ => 50 };
    private static readonly Option<int> s_size = new("--size") { DefaultValueFactory = _ => 1024 };
    private static readonly Option<int> s_seconds = new("--seconds") { DefaultValueFactory = _ => 5 };
    private static readonly Option<bool> s_handshakes = new("--handshakes") { Description = "Count handshakes instead of messages." };

    public static Command Create()
    {
        var command = new Command("load-tls", "Puts load on a TLS echo server.")
        {
            s_port, s_connections, s_size, s_seconds, s_handshakes,
        };
        command.SetAction((line, token) => RunAsync(line, token));
        return command;
    }

    private static async Task RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var endPoint = new IPEndPoint(IPAddress.Loopback, line.GetValue(s_port));
        TimeSpan duration = TimeSpan.FromSeconds(line.GetValue(s_seconds));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(duration);
        long start = Stopwatch.GetTimestamp();
        bool handshakes = line.GetValue(s_handshakes);
        int size = line.GetValue(s_size);
        long[] counts = await Task.WhenAll(Enumerable.Range(0, line.GetValue(s_connections)).Select(_ => Task.Run(
            () => handshakes ? ShakeHandsAsync(endPoint, end.Token) : EchoAsync(endPoint, size, end.Token), cancellationToken)));
        double perSecond = counts.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine($"{perSecond:F0} {(handshakes ? "handshakes" : "messages")}/s");
    }

    private static async Task<long> EchoAsync(IPEndPoint endPoint, int size, CancellationToken end)
    {
        await using SslStream stream = await ConnectAsync(endPoint);
        var message = new byte[size];
        for (long count = 0; ; count++)
        {
            if (end.IsCancellationRequested)
            {
                return count;
            }

            await stream.WriteAsync(message, CancellationToken.None);
            await stream.ReadExactlyAsync(message, CancellationToken.None);
        }
    }

    private static async Task<long> ShakeHandsAsync(IPEndPoint endPoint, CancellationToken end)
    {
        for (long count = 0; ; count++)
        {
            if (end.IsCancellationRequested)
            {
                return count;
            }

            SslStream stream = await ConnectAsync(endPoint);
            await stream.DisposeAsync();
        }
    }

    private static async Task<SslStream> ConnectAsync(IPEndPoint endPoint)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
#pragma warning disable CA5359 // The certificate is made anew for each measurement, and what is measured is not its check.
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            AllowTlsResume = false,
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        });
#pragma warning restore CA5359
        return stream;
    }
}
