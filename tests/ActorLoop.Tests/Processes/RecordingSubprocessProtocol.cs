using System.Buffers;
using ActorLoop.TestKit;

namespace ActorLoop.Tests.Processes;

/// <summary>Records what it is told of a child, and whether that was in the documented order.</summary>
internal sealed class RecordingSubprocessProtocol : SubprocessProtocol
{
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception?> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ArrayBufferWriter<byte>[] _data = [new(), new(), new()];
    private readonly HashSet<int> _lostPipes = [];

    /// <summary>Every call, in order; consecutive ones for data of the same pipe count once.</summary>
    public List<string> Calls { get; } = [];

    public List<string> Violations { get; } = [];

    public Dictionary<int, Exception?> PipeErrors { get; } = [];

    public ISubprocessTransport Transport { get; private set; } = null!;

    public Task Exited => _exited.Task;

    public Task<Exception?> Lost => _lost.Task;

    public byte[] Output => _data[1].WrittenSpan.ToArray();

    public byte[] Errors => _data[2].WrittenSpan.ToArray();

    public Action? OnMade { get; set; }

    public Action<int>? OnData { get; set; }

    public Action? OnExited { get; set; }

    public int Pauses { get; private set; }

    public int Resumes { get; private set; }

    public Task ReceivedAsync(int descriptor, int count) =>
        Patience.WaitForAsync(() => _data[descriptor].WrittenCount >= count, $"{count} bytes from descriptor {descriptor}");

    public override void ConnectionMade(ISubprocessTransport transport)
    {
        Check(Calls.Count == 0, "ConnectionMade is not the first call");
        Transport = transport;
        Calls.Add("made");
        OnMade?.Invoke();
    }

    public override void PipeDataReceived(int descriptor, ReadOnlySpan<byte> data)
    {
        Check(!data.IsEmpty, "no data");
        Check(!_lostPipes.Contains(descriptor), $"data of {descriptor} after its loss");
        Enter($"data {descriptor}");
        _data[descriptor].Write(data);
        OnData?.Invoke(descriptor);
    }

    public override void PipeConnectionLost(int descriptor, Exception? exception)
    {
        Check(_lostPipes.Add(descriptor), $"pipe {descriptor} lost twice");
        PipeErrors[descriptor] = exception;
        Enter($"pipe {descriptor} lost");
    }

    public override void ProcessExited()
    {
        Check(!_exited.Task.IsCompleted, "ProcessExited twice");
        Check(Transport.ReturnCode is not null, "no return code in ProcessExited");
        Enter("exited");
        _exited.TrySetResult();
        OnExited?.Invoke();
    }

    public override void ConnectionLost(Exception? exception)
    {
        Check(_exited.Task.IsCompleted, "ConnectionLost before ProcessExited");
        Enter("lost");
        _lost.TrySetResult(exception);
    }

    public override void PauseWriting() => Pauses++;

    public override void ResumeWriting() => Resumes++;

    private void Enter(string call)
    {
        Check(Calls.Count > 0 && Transport is not null, $"{call} before ConnectionMade");
        Check(!_lost.Task.IsCompleted, $"{call} after ConnectionLost");
        Check(Transport!.Loop.IsOnLoop, $"{call} on a foreign thread");
        if (Calls[^1] != call)
        {
            Calls.Add(call);
        }
    }

    private void Check(bool legal, string violation)
    {
        if (!legal)
        {
            Violations.Add(violation);
        }
    }
}
