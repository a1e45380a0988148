using System.Globalization;
using ActorLoop.Akka.Benchmarks;

string[] dispatchers = ["default", "pinned", "loop"];
int messages = 5_000_000;
int rounds = 3;
int balls = 1;
bool reuse = false;
string? only = null;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--messages" when i + 1 < args.Length:
            messages = Number(args[++i], 1000);
            break;
        case "--rounds" when i + 1 < args.Length:
            rounds = Number(args[++i], 1);
            break;
        case "--balls" when i + 1 < args.Length:
            balls = Number(args[++i], 1);
            break;
        case "--reuse":
            reuse = true;
            break;
        case "--dispatcher" when i + 1 < args.Length && dispatchers.Contains(args[i + 1]):
            only = args[++i];
            break;
        default:
            Console.Error.WriteLine(
                $"usage: [--dispatcher {string.Join('|', dispatchers)}] [--messages N] [--balls N] [--reuse] [--rounds N]; not: {args[i]}");
            return 2;
    }
}

Console.WriteLine($"Akka.NET {PingPong.AkkaVersion}, two actors, {balls} message(s) at once, {(reuse ? "one object each" : "an object a message")}, best of {rounds}");
foreach (string dispatcher in dispatchers.Where(name => only is null || name == only))
{
    double best = 0;
    long allocated = 0;
    for (int round = 0; round < rounds; round++)
    {
        PingPongResult result = await PingPong.RunAsync(dispatcher, messages, balls, reuse);
        if (result.MessagesPerSecond > best)
        {
            best = result.MessagesPerSecond;
            allocated = result.AllocatedBytes;
        }
    }

    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{dispatcher,-8} {best / 1e6,7:F2} M messages/s {(double)allocated / messages,7:F1} B/message"));
}

return 0;

static int Number(string text, int least) =>
    int.TryParse(text, CultureInfo.InvariantCulture, out int number) && number >= least ? number : throw new ArgumentException(
        $"'{text}' is no number of at least {least}.");
