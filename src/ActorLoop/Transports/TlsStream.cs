using System.Net.Security;
using System.Threading.Tasks.Sources;
using ActorLoop.Execution;

namespace ActorLoop.Transports;

/// <summary>
/// What an <see cref="SslStream"/> believes to be the network: it reads the records that have arrived, and writes to the
/// transport below. Nothing ever blocks, writing never waits, and nothing leaves the loop's thread.
/// </summary>
internal sealed class TlsStream(LoopCore core, TlsRecords records) : Stream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _source;
    private Memory<byte> _target;
    private ITransport? _below;
    private bool _ended;

    /// <summary>Whether a read waits for <see cref="Supply"/>.</summary>
    public bool IsWaiting { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Connect(ITransport below) => _below = below;

    /// <summary>Completes the read that waits, with records that are ready. What waited for it runs inside this call.</summary>
    public void Supply() => Complete(_target.IsEmpty ? 0 : records.Read(_target.Span));

    /// <summary>Lets whoever still reads come to its end and give its memory back.</summary>
    public void End()
    {
        _ended = true;
        if (IsWaiting)
        {
            Complete(0);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        VerifyThread();
        if (_ended)
        {
            return ValueTask.FromResult(0);
        }

        if (records.IsReady)
        {
            return ValueTask.FromResult(buffer.IsEmpty ? 0 : records.Read(buffer.Span));
        }

        _source.Reset();
        _target = buffer;
        IsWaiting = true;
        return new ValueTask<int>(this, _source.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        VerifyThread();
        if (_below is { IsClosing: false } below)
        {
            below.Write(buffer.Span);
        }

        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Complete(int count)
    {
        IsWaiting = false;
        _target = default;
        // The runtime continues a task inline only where no context is current; anywhere else it would take a pool thread.
        using (TlsInline.Begin())
        {
            _source.SetResult(count);
        }
    }

    private void VerifyThread()
    {
        if (!core.IsOnLoop && core.IsRunning)
        {
            throw new InvalidOperationException($"TLS of loop '{core.Name}' was continued on another thread.");
        }
    }
}
