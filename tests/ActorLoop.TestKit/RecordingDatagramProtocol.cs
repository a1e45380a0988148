using System.Net;

namespace ActorLoop.TestKit;

/// <summary>What a test does with a received datagram.</summary>
public delegate void ReceivedDatagram(ReadOnlySpan<byte> data, EndPoint remote);

/// <summary>
/// A datagram protocol that records what it is told, and whether that was legal: made, then datagrams and errors, lost
/// exactly once,
/// pause and resume in turns, nothing inside <c>SendTo</c> but a pause, everything on the loop's thread.
/// </summary>
public sealed class RecordingDatagramProtocol : DatagramProtocol
{
    private readonly List<string> _violations = [];
    private readonly List<(Func<bool> Reached, TaskCompletionSource Done)> _waiters = [];
    private readonly TaskCompletionSource<Exception?> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IDatagramTransport? _transport;

    public IDatagramTransport Transport => _transport ?? throw new InvalidOperationException("ConnectionMade was not called.");

    /// <summary>What arrived, in order.</summary>
    public List<(byte[] Data, EndPoint Remote)> Datagrams { get; } = [];

    public List<Exception> Errors { get; } = [];

    public int Pauses { get; private set; }

    public int Resumes { get; private set; }

    public bool IsPaused => Pauses > Resumes;

    public Task<Exception?> Lost => _lost.Task;

    public Action<IDatagramTransport>? OnMade { get; set; }

    public ReceivedDatagram? OnDatagram { get; set; }

    public Action<Exception>? OnError { get; set; }

    public Action? OnPause { get; set; }

    public Action? OnResume { get; set; }

    public Action<Exception?>? OnLost { get; set; }

    /// <summary>Done when so many datagrams have arrived in all.</summary>
    public Task ReceivedAsync(int count) => UntilAsync(() => Datagrams.Count >= count);

    /// <summary>Done when so many errors have been told in all.</summary>
    public Task FailedAsync(int count) => UntilAsync(() => Errors.Count >= count);

    /// <summary>Done at the first PauseWriting.</summary>
    public Task PausedAsync() => UntilAsync(() => Pauses > 0);

    /// <summary>Done at the first ResumeWriting.</summary>
    public Task ResumedAsync() => UntilAsync(() => Resumes > 0);

    /// <summary>Throws if the calls were not legal, or the last one is missing.</summary>
    public void Verify()
    {
        Check(_transport is null || _lost.Task.IsCompleted, "ConnectionLost is missing");
        if (_violations.Count > 0)
        {
            throw new InvalidOperationException(string.Join("; ", _violations));
        }
    }

    public override void ConnectionMade(IDatagramTransport transport)
    {
        Check(_transport is null, "ConnectionMade twice");
        _transport = transport;
        Enter("ConnectionMade");
        OnMade?.Invoke(transport);
    }

    public override void DatagramReceived(ReadOnlySpan<byte> data, EndPoint remote)
    {
        Check(_transport is { IsClosing: false }, "a datagram after Close or Abort");
        Check(_transport is { IsReading: true }, "a datagram while reading is paused");
        Enter("DatagramReceived");
        Datagrams.Add((data.ToArray(), remote));
        Look();
        OnDatagram?.Invoke(data, remote);
    }

    public override void ErrorReceived(Exception exception)
    {
        Enter("ErrorReceived");
        Errors.Add(exception);
        Look();
        OnError?.Invoke(exception);
    }

    public override void PauseWriting()
    {
        Check(!IsPaused, "PauseWriting twice");
        Enter("PauseWriting");
        Pauses++;
        Look();
        OnPause?.Invoke();
    }

    public override void ResumeWriting()
    {
        Check(IsPaused, "ResumeWriting without PauseWriting");
        Enter("ResumeWriting");
        Resumes++;
        Look();
        OnResume?.Invoke();
    }

    public override void ConnectionLost(Exception? exception)
    {
        Check(_transport is { IsClosing: true }, "ConnectionLost before the transport says it is closing");
        Enter("ConnectionLost");
        _lost.TrySetResult(exception);
        OnLost?.Invoke(exception);
    }

    private Task UntilAsync(Func<bool> reached)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.Add((reached, done));
        Look();
        return done.Task;
    }

    private void Look()
    {
        foreach ((Func<bool> reached, TaskCompletionSource done) in _waiters)
        {
            if (reached())
            {
                done.TrySetResult();
            }
        }
    }

    private void Enter(string call)
    {
        Check(_transport is not null, $"{call} before ConnectionMade");
        Check(!_lost.Task.IsCompleted, $"{call} after ConnectionLost");
        Check(_transport?.Loop.IsOnLoop ?? true, $"{call} on a foreign thread");
    }

    private void Check(bool legal, string violation)
    {
        if (!legal)
        {
            _violations.Add(violation);
        }
    }
}
