using System.Diagnostics;
using ActorLoop.Supervision;

namespace ActorLoop;

/// <summary>Names an actor: it can be kept, sent to other threads, and used after the actor is gone.</summary>
/// <remarks>Thread: any. A restart keeps the reference; an actor of the same name that is spawned later has another.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public abstract class ActorRef
{
    private protected ActorRef(Node node) => Node = node;

    /// <summary>Last part of the path, unique among the living children of its parent.</summary>
    public string Name => Node.Name;

    /// <summary>Place in the tree, for example <c>edge/loop-0/counter/worker-1</c>.</summary>
    public string Path => Node.Path;

    /// <summary>Tells apart actors that had the same path one after the other; a restart keeps it.</summary>
    public long Uid => Node.Uid;

    /// <summary>The loop that runs the actor.</summary>
    public EventLoop Loop => Node.Loop;

    /// <summary>Whether it has ended for good: <c>PostStop</c> has run, and nothing sent to it is received any more.</summary>
    public bool IsTerminated => Node.IsTerminated;

    internal Node Node { get; }

    /// <summary>
    /// Ends the actor after the message it works on: its children first, in reverse order, then its own <c>PostStop</c>. What is in
    /// the mailbox counts as dead letters. Calling it again does nothing.
    /// </summary>
    public void Stop() => Node.RequestStop();

    /// <summary>Makes the actor fail with <see cref="ChildKilledException"/>, which its supervisor then decides about.</summary>
    public void Kill() => Node.RequestKill();

    /// <summary>The same as <see cref="Stop"/>, and waits for the end.</summary>
    /// <param name="cancellationToken">Ends the wait, not the stopping.</param>
    /// <returns>Done when the actor has ended. An actor that awaits its own end waits until it is given up.</returns>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        Stop();
        return WaitTerminatedAsync(cancellationToken);
    }

    /// <summary>Waits until the actor has ended for good.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Done when <see cref="IsTerminated"/>.</returns>
    public Task WaitTerminatedAsync(CancellationToken cancellationToken = default) =>
        Node.Termination.WaitAsync(cancellationToken);

    /// <summary>Names the actor.</summary>
    /// <returns>Path and uid, for example <c>edge/loop-0/counter#17</c>.</returns>
    public override string ToString() => $"{Path}#{Uid}";
}
