using System.Buffers;

namespace ActorLoop.TestKit;

/// <summary>What a test does with received bytes.</summary>
public delegate void ReceivedBytes(ReadOnlySpan<byte> data);

/// <summary>
/// What a stream protocol was told, and whether that was legal: made, data, end of stream at most once, lost exactly once,
/// pause and
/// resume in turns, everything on the loop's thread.
/// </summary>
public sealed class ProtocolRecord
{
    private readonly ArrayBufferWriter<byte> _received = new();
    private readonly List<string> _violations = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];
    private readonly TaskCompletionSource<ITransport> _made = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _eof = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITransport? _transport;
    private bool _ended;

    /// <summary>Every call, by name, in order; consecutive ones for data count once.</summary>
    public List<string> Calls { get; } = [];

    public ITransport Transport => _transport ?? throw new InvalidOperationException("ConnectionMade was not called.");

    public Task<ITransport> Made => _made.Task;

    public Task<Exception?> Lost => _lost.Task;

    public Task Eof => _eof.Task;

    /// <summary>Done at the first PauseWriting.</summary>
    public Task FirstPause => _paused.Task;

    /// <summary>Whether another protocol may get the transport, so that the end of this one is not the end of that.</summary>
    public bool MayBeReplaced { get; set; }

    public int DataCalls { get; private set; }

    public int Pauses { get; private set; }

    public int Resumes { get; private set; }

    public bool IsPaused => Pauses > Resumes;

    public int ReceivedCount => _received.WrittenCount;

    public byte[] Received => _received.WrittenSpan.ToArray();

    public Action<ITransport>? OnMade { get; set; }

    public ReceivedBytes? OnData { get; set; }

    public Func<bool>? OnEof { get; set; }

    public Action<Exception?>? OnLost { get; set; }

    public Action? OnPause { get; set; }

    public Action? OnResume { get; set; }

    /// <summary>Done when this many bytes have arrived in all.</summary>
    public Task ReceivedAsync(int count)
    {
        if (_received.WrittenCount >= count)
        {
            return Task.CompletedTask;
        }

        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.Add((count, reached));
        return reached.Task;
    }

    /// <summary>The protocol is set on a transport that another one was made with.</summary>
    public void Adopt(ITransport transport)
    {
        _transport = transport;
        _made.SetResult(transport);
    }

    /// <summary>Throws if the calls were not legal, or the last one is missing.</summary>
    public void Verify(bool mustBeLost)
    {
        if (mustBeLost && _made.Task.IsCompleted && !_lost.Task.IsCompleted)
        {
            _violations.Add("ConnectionLost is missing");
        }

        if (_violations.Count > 0)
        {
            throw new InvalidOperationException($"{string.Join("; ", _violations)}. Calls: {string.Join(", ", Calls)}");
        }
    }

    internal void TellMade(ITransport transport)
    {
        Check(_transport is null, "ConnectionMade twice");
        _transport = transport;
        Enter("made");
        _made.TrySetResult(transport);
        OnMade?.Invoke(transport);
    }

    internal void TellData(ReadOnlySpan<byte> data)
    {
        Check(!_eof.Task.IsCompleted, "data after the end of the stream");
        Check(!data.IsEmpty, "data without a byte");
        Check(_transport is { IsClosing: false }, "data after Close or Abort");
        Check(_transport is { IsReading: true }, "data while reading is paused");
        Enter("data");
        DataCalls++;
        _received.Write(data);
        foreach ((_, TaskCompletionSource reached) in _waiters.Where(w => w.Count <= _received.WrittenCount))
        {
            reached.TrySetResult();
        }

        OnData?.Invoke(data);
    }

    internal bool TellEof()
    {
        Check(!_eof.Task.IsCompleted, "EofReceived twice");
        Check(_transport is { IsClosing: false }, "EofReceived after Close or Abort");
        Enter("eof");
        _eof.TrySetResult();
        return OnEof?.Invoke() ?? false;
    }

    internal void TellLost(Exception? exception)
    {
        Check(MayBeReplaced || _transport is { IsClosing: true }, "ConnectionLost before the transport says it is closing");
        Enter("lost");
        _ended = true;
        _lost.TrySetResult(exception);
        OnLost?.Invoke(exception);
    }

    internal void TellPause()
    {
        Check(!IsPaused, "PauseWriting twice");
        Enter("pause");
        Pauses++;
        _paused.TrySetResult();
        OnPause?.Invoke();
    }

    internal void TellResume()
    {
        Check(IsPaused, "ResumeWriting without PauseWriting");
        Enter("resume");
        Resumes++;
        OnResume?.Invoke();
    }

    private void Enter(string call)
    {
        Check(_transport is not null, $"{call} before ConnectionMade");
        Check(!_ended, $"{call} after ConnectionLost");
        Check(_transport?.Loop.IsOnLoop ?? true, $"{call} on a foreign thread");
        if (call != "data" || Calls.Count == 0 || Calls[^1] != "data")
        {
            Calls.Add(call);
        }
    }

    private void Check(bool legal, string violation)
    {
        if (!legal)
        {
            _violations.Add(violation);
        }
    }
}
