using System.Runtime.CompilerServices;
using ActorLoop.Execution;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// Writes what no selector can wait for, such as a regular file, by a thread of an executor: one write on its way at a time.
/// </summary>
internal sealed class WriteFileTransport : SendingPipe, IMessage
{
    private readonly LoopExecutor _executor;
    private readonly Action _write;
    private readonly Interop.Vector[] _vectors = GC.AllocateArray<Interop.Vector>(Interop.MaxVectors, pinned: true);
    private OutgoingBuffer? _inUse;
    private int _count;
    private int _taken;
    private int _error;

    public WriteFileTransport(
        LoopCore core, PipeDescriptor pipe, StreamProtocol protocol, LoopExecutor executor, IPipeOwner? owner = null)
        : base(core, pipe, protocol, owner)
    {
        _executor = executor;
        _write = WriteOnThread;
        RegisterUnwatched();
    }

    protected override bool MayBorrow => false;

    /// <summary>The thread has written something, or failed.</summary>
    void IMessage.Run()
    {
        OutgoingBuffer written = _inUse!;
        _inUse = null;
        if (LostScheduled)
        {
            // Aborted meanwhile: only now may others use these blocks.
            written.Clear();
            return;
        }

        if (_error != 0)
        {
            ForceClose(PipeErrors.Create(_error, "Writing"));
            return;
        }

        written.Consume(_taken);
        if (WriteBufferSize == 0)
        {
            Drained();
        }
        else
        {
            ResumeProtocolIfLow();
            if (!LostScheduled)
            {
                SendBuffered();
            }
        }
    }

    protected override void Begin()
    {
    }

    protected override void DropBuffer()
    {
        if (_inUse is null)
        {
            Outgoing?.Clear();
        }

        Outgoing = null;
        IsBlocked = false;
    }

    protected override unsafe void SendBuffered()
    {
        if (_inUse is not null)
        {
            return;
        }

        _inUse = Outgoing;
        IsBlocked = true;
        _count = Outgoing!.Describe((Interop.Vector*)Unsafe.AsPointer(ref _vectors[0]), _vectors.Length);
        Pipe.Hold();
        try
        {
            _executor.Execute(_write);
            PauseProtocolIfFull();
        }
        catch (InvalidOperationException failure)
        {
            // The executor was shut down.
            _inUse = null;
            Pipe.Release();
            ForceClose(failure);
        }
    }

    /// <summary>Thread: one of the executor. The loop appends behind what is written here, never into it.</summary>
    private unsafe void WriteOnThread()
    {
        nint written;
        do
        {
            written = Interop.WriteVectors(
                Pipe.Descriptor, (Interop.Vector*)Unsafe.AsPointer(ref _vectors[0]), _count);
            _error = written < 0 ? SocketErrors.Last() : 0;
        }
        while (_error == SocketErrors.Interrupted);

        _taken = (int)Math.Max(written, 0);
        Pipe.Release();
        PostBack(this);
    }
}
