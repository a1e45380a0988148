using ActorLoop;

namespace ActorPingPong;

/// <summary>Keeps the score. A point that makes no sense is a failure, which costs this actor its state and nobody anything else.</summary>
internal sealed class Umpire : Actor<Umpire.Call>
{
    private int _points;

    /// <summary>Asks an umpire that fails once: its supervisor, the loop, starts a new one under the same reference.</summary>
    public static async Task ShowAsync(EventLoop loop)
    {
        loop.ExceptionHandler = (_, error) => Console.WriteLine($"reported: {error.Message}");
        ActorRef<Call> umpire = loop.Spawn(() => new Umpire(), "umpire");
        umpire.Tell(new Call(2, null));
        umpire.Tell(new Call(1, null));
        Console.WriteLine($"score: {await AskAsync(umpire)}");

        umpire.Tell(new Call(-1, null));
        umpire.Tell(new Call(5, null));
        Console.WriteLine($"score after a restart: {await AskAsync(umpire)}");
        Console.WriteLine(loop.Describe());
        await umpire.StopAsync();
    }

    protected override void Receive(Call call)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(call.Points);
        _points += call.Points;
        call.Score?.Send(_points);
    }

    private static Task<int> AskAsync(ActorRef<Call> umpire) =>
        umpire.AskAsync<int>(score => new Call(0, score), TimeSpan.FromSeconds(5));

    /// <param name="Points">Points made.</param>
    /// <param name="Score">Where the score goes, if somebody asks for it.</param>
    internal readonly record struct Call(int Points, ReplyTo<int>? Score);
}
