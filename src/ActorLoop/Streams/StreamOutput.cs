using System.Buffers;
using System.IO.Pipelines;
using ActorLoop.Futures;

namespace ActorLoop.Streams;

/// <summary>The sending half of a stream: who waits until the transport takes more. Any number may.</summary>
internal sealed class StreamOutput(StreamConnection connection)
{
    private static readonly FlushResult s_ended = new(isCanceled: false, isCompleted: true);
    private static readonly FlushResult s_canceled = new(isCanceled: true, isCompleted: false);

    /// <summary>How much may be written between two turns of the loop.</summary>
    private const long TurnEvery = 1024 * 1024;

    private readonly List<DrainWait> _waiting = [];
    private DrainWait? _kept;
    private OneTurn? _turn;
    private long _written;
    private bool _paused;
    private bool _flushCanceled;

    private bool IsOver => connection.IsLost || connection.Transport.IsClosing;

    /// <summary>Takes over from a protocol that may have been paused and will not be told again.</summary>
    public void TakeOver()
    {
        ITransport transport = connection.Transport;
        _paused = transport.WriteBufferSize > transport.WriteBufferLimits.High;
    }

    public void Pause() => _paused = true;

    public void Resume()
    {
        _paused = false;
        foreach (DrainWait wait in _waiting)
        {
            wait.Succeed(default);
        }

        _waiting.Clear();
    }

    /// <summary>The connection has ended.</summary>
    public void End()
    {
        foreach (DrainWait wait in _waiting)
        {
            if (wait.IsForPipe)
            {
                wait.Succeed(s_ended);
            }
            else
            {
                wait.Fail(connection.Loss());
            }
        }

        _waiting.Clear();
    }

    public void Write(ReadOnlySpan<byte> data)
    {
        _written += data.Length;
        connection.Transport.Write(data);
    }

    public void Write(in ReadOnlySequence<byte> data)
    {
        _written += data.Length;
        connection.Transport.Write(data);
    }

    public ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        if (connection.IsLost)
        {
            return ValueTask.FromException(connection.Loss());
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        if (_paused)
        {
            return Wait(forPipe: false, cancellationToken).UntypedAwaitable;
        }

        return TakesATurn() ? new ValueTask(_turn ??= new OneTurn(connection.Core), token: 0) : ValueTask.CompletedTask;
    }

    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        if (_flushCanceled)
        {
            _flushCanceled = false;
            return new ValueTask<FlushResult>(s_canceled);
        }

        if (IsOver)
        {
            return new ValueTask<FlushResult>(s_ended);
        }

        return _paused ? Wait(forPipe: true, cancellationToken).Awaitable
            : TakesATurn() ? FlushLaterAsync()
            : default;
    }

    public void CancelPendingFlush()
    {
        if (_waiting.Find(wait => wait.IsForPipe) is { } flush)
        {
            _waiting.Remove(flush);
            flush.Succeed(s_canceled);
        }
        else
        {
            _flushCanceled = true;
        }
    }

    public void Withdraw(DrainWait wait) => _waiting.Remove(wait);

    /// <summary>
    /// Whether a drain that need not wait goes on in the next turn all the same. A peer that takes everything at once
    /// would keep the loop for itself; and once the connection is closing, a loop that writes and drains must let its
    /// end get through.
    /// </summary>
    private bool TakesATurn()
    {
        if (_written < TurnEvery && !connection.Transport.IsClosing)
        {
            return false;
        }

        _written = 0;
        return true;
    }

    private async ValueTask<FlushResult> FlushLaterAsync()
    {
        await new ValueTask(_turn ??= new OneTurn(connection.Core), token: 0);
        return IsOver ? s_ended : default;
    }

    private DrainWait Wait(bool forPipe, CancellationToken cancellationToken)
    {
        DrainWait wait = _kept is { IsFree: true } kept ? kept : _kept = new DrainWait(this, connection.Core);
        wait.Begin(cancellationToken);
        wait.IsForPipe = forPipe;
        _waiting.Add(wait);
        return wait;
    }
}
