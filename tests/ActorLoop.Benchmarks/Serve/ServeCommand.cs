using System.CommandLine;
using System.Net;

namespace ActorLoop.Benchmarks.Serve;

/// <summary>The hidden <c>serve</c> verb: the .NET peers, each in a process of its own.</summary>
internal static class ServeCommand
{
    private static readonly Option<int> Port = new("--port") { Description = "0 takes any free one.", Recursive = true };
    private static readonly Option<bool> Inline = new("--inline")
    {
        Description = "Run the application on the thread that polls the socket.",
    };

    private static readonly Option<string?> UnixSocket = new("--path") { Description = "Listen on a Unix socket instead." };
    private static readonly Option<string?> Tls = new("--tls")
    {
        Description = "Serve under TLS, with the certificate and key of this PEM file.",
    };

    private static readonly Option<int> Size = new("--size") { DefaultValueFactory = _ => 1200 };
    private static readonly Option<int> Batch = new("--batch") { DefaultValueFactory = _ => 1 };
    private static readonly Option<double> Seconds = new("--seconds") { DefaultValueFactory = _ => 2 };
    private static readonly Option<bool> Offloads = new("--offloads") { Description = "Use UDP GSO and GRO." };
    private static readonly Option<string> FilePath = new("--file") { Required = true };
    private static readonly Option<bool> ByTransport = new("--transport")
    {
        Description = "Send through a transport instead of a socket.",
    };

    public static Command Create()
    {
        var command = new Command("serve", "Runs one of the .NET peers.") { Port, Kestrel(), Saea(), OneLoop(), Proactor(), Sockets(),
            Files(), Streams(), Datagrams(), DatagramSource(), DatagramSink() };
        command.Hidden = true;
        return command;
    }

    private static Command Kestrel()
    {
        var command = new Command("kestrel", "Kestrel with a raw ConnectionHandler.") { Inline, Tls };
        command.SetAction((line, token) => KestrelEcho.RunAsync(
            EndPoint(line), line.GetValue(Inline), line.GetValue(Tls), token));
        return command;
    }

    private static Command Saea()
    {
        var command = new Command("saea", "SocketAsyncEventArgs.");
        command.SetAction((line, token) => SaeaEcho.RunAsync(EndPoint(line), token));
        return command;
    }

    private static Command OneLoop()
    {
        var command = new Command("actorloop", "One ActorLoop with the smallest possible protocol.") { UnixSocket, Tls };
        command.SetAction((line, token) => OnItsOwnThread(() => ActorLoopEcho.Run(
            EndPoint(line), line.GetValue(UnixSocket), line.GetValue(Tls), token)));
        return command;
    }

    private static Command Proactor()
    {
        var command = new Command("actorloop-proactor", "The same on a loop over completions.") { Tls };
        command.SetAction((line, token) => OnItsOwnThread(() => ActorLoopEcho.Run(
            EndPoint(line), path: null, line.GetValue(Tls), token, EventLoopKind.Proactor)));
        return command;
    }

    private static Command Datagrams()
    {
        var command = new Command("actorloop-udp", "One ActorLoop that sends every datagram back.");
        command.SetAction((line, token) => OnItsOwnThread(() => ActorLoopDatagramEcho.Run(EndPoint(line), token)));
        return command;
    }

    private static Command DatagramSource()
    {
        var command = new Command("actorloop-udp-source", "Sends datagrams to a port.") { Size, Batch, Offloads };
        command.SetAction((line, token) => OnItsOwnThread(() => ActorLoopDatagramSource.Run(
            EndPoint(line), line.GetValue(Size), line.GetValue(Batch), OffloadsOf(line, DatagramOffloads.Send), token)));
        return command;
    }

    private static Command DatagramSink()
    {
        var command = new Command("actorloop-udp-sink", "Counts the datagrams that it receives.") { Seconds, Offloads };
        command.SetAction((line, token) => OnItsOwnThread(() => ActorLoopDatagramSink.Run(
            EndPoint(line), line.GetValue(Seconds), OffloadsOf(line, DatagramOffloads.Receive), token)));
        return command;
    }

    private static DatagramOffloads OffloadsOf(ParseResult line, DatagramOffloads wanted) =>
        line.GetValue(Offloads) ? wanted : DatagramOffloads.None;

    private static Command Sockets()
    {
        var command = new Command("actorloop-sockets", "One ActorLoop with SocketReceiveAsync and SocketSendAllAsync.");
        command.SetAction((line, token) => OnItsOwnThread(() => ActorLoopSocketsEcho.Run(EndPoint(line), token)));
        return command;
    }

    private static Command Files()
    {
        var command = new Command("actorloop-files", "One ActorLoop that sends a file to whoever connects.") { FilePath, ByTransport };
        command.SetAction((line, token) => OnItsOwnThread(() => ActorLoopFiles.Run(
            EndPoint(line), line.GetRequiredValue(FilePath), line.GetValue(ByTransport), token)));
        return command;
    }

    /// <summary>The only pool thread of a one-processor process must not be the loop's.</summary>
    private static Task OnItsOwnThread(Action run) => Task.Factory.StartNew(
        run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static Command Streams()
    {
        var command = new Command("actorloop-streams", "One ActorLoop with a stream handler for each connection.");
        command.SetAction((line, token) => OnItsOwnThread(() => ActorLoopStreamsEcho.Run(EndPoint(line), token)));
        return command;
    }

    private static IPEndPoint EndPoint(ParseResult line) => new(IPAddress.Loopback, line.GetValue(Port));
}
