using System.IO.Pipelines;
using ActorLoop.Futures;

namespace ActorLoop.Streams;

/// <summary>Waits until the transport takes more.</summary>
internal sealed class DrainWait(StreamOutput output, IFutureHost host) : LoopWait<FlushResult>(host)
{
    /// <summary>Whether a pipe writer waits, which is told of the end by its result and not by an exception.</summary>
    public bool IsForPipe { get; set; }

    private protected override void OnCanceled() => output.Withdraw(this);
}
