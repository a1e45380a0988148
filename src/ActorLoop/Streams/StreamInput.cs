using ActorLoop.Execution;

namespace ActorLoop.Streams;

/// <summary>
/// The receiving half of a stream: what has come, who waits for more, and when the transport has to hold back.
/// </summary>
/// <remarks>
/// One reader at a time. It is served straight from what arrives where it can be, past the buffer here.
/// </remarks>
internal sealed partial class StreamInput(StreamConnection connection, int limit)
{
    /// <summary>
    /// From this size on a reader's memory is given to the system; less is cheaper to copy than to receive twice.
    /// </summary>
    private const int DirectSize = 16 * 1024;

    private readonly InputBuffer _buffer = new(connection.Memory);
    private IReadOperation? _pending;
    private object? _keeper;
    private bool _paused;
    private bool _direct;
    private bool _unwanted;

    public LoopCore Host => connection.Core;

    public int Length => _buffer.Length;

    public bool IsEof { get; private set; }

    /// <summary>Whether a read waits.</summary>
    public bool IsAwaited => _pending is not null;

    private bool IsFull => _buffer.Length > 2L * limit;

    /// <summary>Where the transport is to put what arrives next.</summary>
    public Memory<byte> Room()
    {
        Memory<byte> target = _buffer.Length == 0 && _pending is { } pending ? pending.Target : default;
        _direct = target.Length >= DirectSize && connection.ReceivesAtOnce;
        if (_direct)
        {
            return target;
        }

        byte[] receive = connection.ReceiveBuffer;
        if (_pending is { WantsEverything: true })
        {
            return receive;
        }

        // A peer that sends more than is read must not fill twice the limit and a whole receive buffer on top of it.
        long most = Math.Max((2L * limit) + 1 - _buffer.Length, DirectSize);
        return receive.AsMemory(0, (int)Math.Min(most, receive.Length));
    }

    /// <summary>The transport has put bytes where <see cref="Room"/> said.</summary>
    public void Received(int count)
    {
        if (_direct)
        {
            Fill(count);
        }
        else if (!_unwanted)
        {
            Distribute(connection.ReceiveBuffer.AsSpan(0, count));
        }
    }

    /// <summary>The peer has sent all it will send, or the connection ended in order.</summary>
    public void End()
    {
        IsEof = true;
        Advance();
    }

    /// <summary>The connection is lost.</summary>
    public void Fail()
    {
        IReadOperation? pending = _pending;
        Forget();
        pending?.Fail(connection.Loss());
    }

    /// <summary>Makes a read wait, and the transport deliver.</summary>
    public void Wait(IReadOperation read, object keeper)
    {
        _pending = read;
        _keeper = keeper;
        if (_paused)
        {
            Resume();
        }
    }

    /// <summary>A read was canceled.</summary>
    public void Withdraw(IReadOperation read)
    {
        if (_pending == read)
        {
            Forget();
            PauseIfFull();
        }
    }

    public int MoveTo(Span<byte> target)
    {
        int moved = _buffer.MoveTo(target);
        Consumed(moved);
        return moved;
    }

    public byte[] Take(int count)
    {
        byte[] bytes = _buffer.Take(count);
        Consumed(count);
        return bytes;
    }

    public void PutBack(ReadOnlySpan<byte> data) => _buffer.PutBack(data);

    public int IndexOf(ReadOnlySpan<byte> bytes, int from) => _buffer.IndexOf(bytes, from);

    private void Distribute(ReadOnlySpan<byte> data)
    {
        if (_buffer.Length == 0 && _pending?.Target is { IsEmpty: false } target)
        {
            int length = Math.Min(data.Length, target.Length);
            data[..length].CopyTo(target.Span);
            data = data[length..];
            Fill(length);
        }

        if (!data.IsEmpty)
        {
            _buffer.Append(data);
            Advance();
            PauseIfFull();
        }
    }

    private void Fill(int count)
    {
        if (_pending!.Filled(count))
        {
            Forget();
        }
    }

    private void Advance()
    {
        if (_pending is { } pending && pending.TryAdvance())
        {
            Forget();
        }
    }

    private void Forget()
    {
        _pending = null;
        _keeper = null;
    }

    private void Consumed(int count)
    {
        _examined = Math.Max(0, _examined - count);
        if (_paused && _buffer.Length <= limit)
        {
            Resume();
        }
    }

    /// <summary>
    /// Who waits has seen all there is and needs more, however much that is: holding back would never end.
    /// </summary>
    private void PauseIfFull()
    {
        if (_pending is null && !_paused && IsFull)
        {
            _paused = true;
            connection.Transport.PauseReading();
        }
    }

    private void Resume()
    {
        _paused = false;
        connection.Transport.ResumeReading();
    }
}
