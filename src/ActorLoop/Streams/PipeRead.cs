using System.IO.Pipelines;

namespace ActorLoop.Streams;

/// <summary>Waits until there is more than the pipe reader has looked at.</summary>
internal sealed class PipeRead(StreamInput input) : ReadOperation<ReadResult>(input)
{
    private protected override bool TryFinish(out ReadResult result) => Input.TryBeginPipeRead(out result);
}
