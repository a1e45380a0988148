namespace ActorLoop.TestKit;

/// <summary>The same with a buffer of its own.</summary>
public sealed class RecordingBufferedProtocol(int bufferSize = 4096) : BufferedProtocol, IRecordingProtocol
{
    private readonly byte[] _buffer = new byte[bufferSize];
    private Memory<byte> _given;

    public ProtocolRecord Record { get; } = new();

    /// <summary>Every size hint that was given.</summary>
    public List<int> SizeHints { get; } = [];

    public Func<Memory<byte>>? OnGetBuffer { get; set; }

    public Action<int>? OnBufferUpdated { get; set; }

    public override void ConnectionMade(ITransport transport) => Record.TellMade(transport);

    public override Memory<byte> GetBuffer(int sizeHint)
    {
        SizeHints.Add(sizeHint);
        return _given = OnGetBuffer?.Invoke() ?? _buffer;
    }

    public override void BufferUpdated(int count)
    {
        // Slicing throws if there was no GetBuffer before.
        Memory<byte> filled = _given[..count];
        _given = default;
        Record.TellData(filled.Span);
        OnBufferUpdated?.Invoke(count);
    }

    public override bool EofReceived() => Record.TellEof();

    public override void ConnectionLost(Exception? exception) => Record.TellLost(exception);

    public override void PauseWriting() => Record.TellPause();

    public override void ResumeWriting() => Record.TellResume();
}
