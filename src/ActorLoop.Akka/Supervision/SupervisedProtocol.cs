namespace ActorLoop.Akka.Supervision;

/// <summary>Stands before a protocol and catches what it throws. Costs nothing but the call.</summary>
internal sealed class SupervisedProtocol(ConnectionCell cell, Protocol inner) : Protocol
{
    public override void ConnectionMade(ITransport transport) => cell.ConnectionMade(transport);

    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        try
        {
            inner.DataReceived(data);
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
