namespace ActorLoop.Akka.Supervision;

/// <summary>Stands before a protocol that owns its buffer, and catches what it throws.</summary>
internal sealed class SupervisedBufferedProtocol(ConnectionCell cell, BufferedProtocol inner) : BufferedProtocol
{
    private bool _hasNoBuffer;

    public override void ConnectionMade(ITransport transport) => cell.ConnectionMade(transport);

    public override Memory<byte> GetBuffer(int sizeHint)
    {
        try
        {
            Memory<byte> buffer = inner.GetBuffer(sizeHint);
            if (buffer.IsEmpty)
            {
                throw new InvalidOperationException($"{inner.GetType().Name}.GetBuffer returned an empty buffer.");
            }

            return buffer;
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            // The transport is about to read: what comes now is lost with the callback that failed.
            cell.Failed(failure);
            _hasNoBuffer = true;
            return new byte[Math.Max(sizeHint, 1024)];
        }
    }

    public override void BufferUpdated(int count)
    {
        if (_hasNoBuffer)
        {
            _hasNoBuffer = false;
            return;
        }

        try
        {
            inner.BufferUpdated(count);
            cell.Look();
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            cell.Failed(failure);
        }
    }

    public override bool EofReceived() => cell.Eof();

    public override void PauseWriting() => cell.Paused();

    public override void ResumeWriting() => cell.Resumed();

    public override void ConnectionLost(Exception? exception) => cell.Lost(exception);
}
