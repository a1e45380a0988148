using System.IO.Pipelines;

namespace ActorLoop.Streams;

/// <summary>The receiving half of a stream for parsers that are written for pipes.</summary>
internal sealed class LoopPipeReader(LoopStream stream, StreamConnection connection) : PipeReader
{
    private bool _completed;

    public override bool TryRead(out ReadResult result)
    {
        VerifyUsable();
        return connection.Input.TryReadPipe(out result);
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        VerifyUsable();
        return connection.Input.ReadPipeAsync(stream, cancellationToken);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        VerifyUsable();
        connection.Input.AdvancePipe(consumed, examined);
    }

    /// <remarks>Thread: any, as everywhere with pipes.</remarks>
    public override void CancelPendingRead() => connection.RunOnLoop(connection.Input.CancelPipeRead);

    public override void Complete(Exception? exception = null)
    {
        if (!_completed)
        {
            _completed = true;
            connection.RunOnLoop(connection.CompleteInput);
        }
    }

    private void VerifyUsable()
    {
        connection.VerifyThread();
        if (_completed)
        {
            throw new InvalidOperationException("The pipe reader was completed.");
        }
    }
}
