using ActorLoop;

namespace PortForwarder;

/// <summary>
/// One of the two ends of a forwarded connection. What it receives goes to the other end, and so does everything that
/// happens to it:
/// the end of the stream, a slow reader, the close, a reset.
/// </summary>
internal abstract class ForwardEnd : Protocol
{
    private const int SolSocket = 1;
    private const int SoLinger = 13;

    private ITransport? _transport;
    private ForwardEnd? _other;

    /// <summary>Bytes this end has received.</summary>
    protected long Received { get; private set; }

    protected ITransport Transport => _transport ?? throw new InvalidOperationException("Not connected yet.");

    public override void ConnectionMade(ITransport transport) => _transport = transport;

    // The bytes lie in the receive buffer of the loop, and the other transport sends them from there: nothing is copied
    // unless the peer reads too slowly.
    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        Received += data.Length;
        _other?.Transport.Write(data);
    }

    // Half-close is passed on, and this direction stays open: the answer may still be on its way.
    public override bool EofReceived()
    {
        _other?.Transport.WriteEof();
        return true;
    }

    // Back-pressure: who sends to a slow reader is not read from either.
    public override void PauseWriting() => _other?.Transport.PauseReading();

    public override void ResumeWriting() => _other?.Transport.ResumeReading();

    public override void ConnectionLost(Exception? exception)
    {
        if (exception is null)
        {
            // Sends first what is still buffered.
            _other?.Transport.Close();
        }
        else
        {
            _other?.Reset();
        }
    }

    protected void Join(ForwardEnd other)
    {
        _other = other;
        other._other = this;
    }

    /// <summary>Ends the connection so that the peer cannot take it for an orderly end.</summary>
    protected void Reset()
    {
        if (!Transport.IsClosing && Transport.GetExtraInfo("socket") is TransportSocket socket)
        {
            // Linger for zero seconds: the close becomes a reset.
            socket.SetRawOption(SolSocket, SoLinger, [1, 0, 0, 0, 0, 0, 0, 0]);
        }

        Transport.Abort();
    }
}
