using Polly;

namespace ActorLoop.Resilience.Execution;

/// <summary>The context of one execution on a loop; it goes back to Polly's pool when the execution has ended.</summary>
internal readonly struct LoopContext : IDisposable
{
    private LoopContext(ResilienceContext polly) => Polly = polly;

    public ResilienceContext Polly { get; }

    public static LoopContext Enter(EventLoop loop, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(loop);
        if (EventLoop.CurrentOrDefault != loop)
        {
            throw new InvalidOperationException(
                $"A pipeline of the loop {loop.Name} is executed on its thread; post or create a task there.");
        }

        // Polly leaves the captured context unless it is told to stay, and its continuations would run on the thread pool.
        return new LoopContext(ResilienceContextPool.Shared.Get(
            continueOnCapturedContext: true, CallToken.Or(cancellationToken)));
    }

    public void Dispose() => ResilienceContextPool.Shared.Return(Polly);
}
