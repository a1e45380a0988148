namespace ActorLoop.TestHost;

/// <summary>Says which kind of loop is made here, by its class or by why none is.</summary>
internal static class KindHost
{
    public static void Run(string kind)
    {
        try
        {
            using EventLoop loop = EventLoop.Create(new EventLoopOptions { Kind = Enum.Parse<EventLoopKind>(kind) });
            Console.WriteLine($"kind {loop.GetType().Name}");
        }
        catch (InvalidOperationException refusal)
        {
            Console.WriteLine($"kind {refusal.Message}");
        }
    }
}
