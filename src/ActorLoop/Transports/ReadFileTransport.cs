using System.Runtime.CompilerServices;
using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// Reads what no selector can wait for, such as a regular file, by a thread of an executor: one read on its way at a time.
/// </summary>
internal sealed class ReadFileTransport : ReceivingPipe, IMessage
{
    private const int BufferSize = 64 * 1024;

    private readonly LoopExecutor _executor;
    private readonly Action _read;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
    private int _start;
    private int _end;
    private int _error;
    private bool _busy;
    private bool _atEnd;

    public ReadFileTransport(
        LoopCore core, PipeDescriptor pipe, StreamProtocol protocol, LoopExecutor executor, IPipeOwner? owner = null)
        : base(core, pipe, protocol, owner)
    {
        _executor = executor;
        _read = Read;
        RegisterUnwatched();
    }

    /// <summary>The thread has come back with bytes, the end, or an error.</summary>
    void IMessage.Run()
    {
        _busy = false;
        Continue();
    }

    protected override void Begin()
    {
        if (WantsData)
        {
            Continue();
        }
    }

    protected override void Continue()
    {
        while (WantsData && _start < _end)
        {
            DeliverSome();
        }

        if (!WantsData || _busy)
        {
            return;
        }

        if (_atEnd)
        {
            EndOfStream();
        }
        else if (_error != 0)
        {
            ReadFailed(_error);
        }
        else
        {
            FetchMore();
        }
    }

    private void DeliverSome()
    {
        ReadOnlySpan<byte> data = _buffer.AsSpan(_start, _end - _start);
        if (SpanProtocol is { } protocol)
        {
            _start = _end;
            Deliver(protocol, data);
            return;
        }

        var buffered = (BufferedProtocol)Protocol;
        Memory<byte> room = AskForRoom(buffered);
        if (!room.IsEmpty)
        {
            int count = Math.Min(room.Length, data.Length);
            data[..count].CopyTo(room.Span);
            _start += count;
            TellUpdated(buffered, count);
        }
    }

    private void FetchMore()
    {
        _busy = true;
        Pipe.Hold();
        try
        {
            _executor.Execute(_read);
        }
        catch (InvalidOperationException failure)
        {
            // The executor was shut down.
            _busy = false;
            Pipe.Release();
            ForceClose(failure);
        }
    }

    /// <summary>Thread: one of the executor.</summary>
    private unsafe void Read()
    {
        nint read;
        do
        {
            read = Interop.Read(Pipe.Descriptor, (byte*)Unsafe.AsPointer(ref _buffer[0]), BufferSize);
            _error = read < 0 ? SocketErrors.Last() : 0;
        }
        while (_error == SocketErrors.Interrupted);

        _start = 0;
        _end = (int)Math.Max(read, 0);
        _atEnd = read == 0;
        Pipe.Release();
        PostBack(this);
    }
}
