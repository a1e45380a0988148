using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using ActorLoop;

namespace TlsLineServer;

/// <summary>
/// A line protocol in the manner of POP3: <c>STLS</c> begins TLS on the open connection, <c>ECHO text</c> answers only inside it.
/// </summary>
internal sealed class LineSession(SslServerAuthenticationOptions tls)
{
    private const string Echo = "ECHO ";

    public int Connections { get; private set; }

    public int Upgrades { get; private set; }

    public async Task ServeAsync(LoopStream stream, CancellationToken stop)
    {
        Connections++;
        Answer(stream, "+OK send STLS, then ECHO or QUIT");
        bool secure = false;
        try
        {
            await foreach (byte[] line in stream.ReadLinesAsync(limit: 1000, stop))
            {
                string command = Encoding.UTF8.GetString(line).TrimEnd('\r', '\n');
                switch (command)
                {
                    case "QUIT":
                        Answer(stream, "+OK bye");
                        return;
                    case "STLS" when !secure:
                        Answer(stream, "+OK begin TLS");

                        // What came in clear behind the command would be an attack: this throws then, and the connection ends.
                        await stream.StartTlsAsync(tls, cancellationToken: stop);
                        secure = true;
                        Upgrades++;
                        break;
                    case ['E', 'C', 'H', 'O', ' ', ..] when secure:
                        Answer(stream, $"+OK {command[Echo.Length..]}");
                        break;
                    default:
                        Answer(stream, secure ? "-ERR unknown command" : "-ERR say STLS first");
                        break;
                }

                await stream.DrainAsync(stop);
            }
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or InvalidOperationException)
        {
            Console.WriteLine($"refused a client: {failure.GetType().Name}");
        }
    }

    private static void Answer(LoopStream stream, string text) => stream.Write(Encoding.UTF8.GetBytes($"{text}\r\n"));
}
