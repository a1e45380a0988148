using System.Buffers;
using ActorLoop.Execution;

namespace ActorLoop.Transports;

/// <summary>A pipe that is read: pausing, delivering and the end of the stream. Who fetches the bytes is left open.</summary>
internal abstract class ReceivingPipe(LoopCore core, PipeDescriptor pipe, StreamProtocol protocol, IPipeOwner? owner)
    : PipeTransport(core, pipe, protocol, owner)
{
    private bool _paused;
    private bool _eofSeen;

    public override bool IsInput => true;

    public override bool IsReading => !_paused && !IsClosing;

    public override int WriteBufferSize => 0;

    public override bool CanWriteEof => false;

    public override WriteBufferLimits WriteBufferLimits
    {
        get => default;
        set => throw NoWriting();
    }

    protected bool WantsData => IsStarted && !_paused && !IsClosing && !_eofSeen;

    public override void PauseReading()
    {
        VerifyThread();
        _paused |= !IsClosing;
    }

    public override void ResumeReading()
    {
        VerifyThread();
        if (_paused && !IsClosing)
        {
            _paused = false;
            if (WantsData)
            {
                Continue();
            }
        }
    }

    public override void Write(ReadOnlySpan<byte> data) => throw NoWriting();

    public override void Write(in ReadOnlySequence<byte> data) => throw NoWriting();

    public override void WriteEof() => throw NoWriting();

    public override void Close()
    {
        VerifyThread();
        ForceClose(null);
    }

    protected override string Describe() => $"read={(IsReading ? "polling" : "idle")}";

    protected override void DropBuffer()
    {
    }

    /// <summary>Somebody wants data again.</summary>
    protected abstract void Continue();

    protected void Deliver(Protocol protocol, ReadOnlySpan<byte> data)
    {
        try
        {
            protocol.DataReceived(data);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(protocol.DataReceived), failure);
        }
    }

    /// <summary>Asks for room; empty when the protocol failed, or paused or closed instead.</summary>
    protected Memory<byte> AskForRoom(BufferedProtocol protocol)
    {
        try
        {
            Memory<byte> buffer = protocol.GetBuffer(-1);
            if (buffer.IsEmpty)
            {
                throw new InvalidOperationException("GetBuffer returned an empty buffer; at least one byte is needed.");
            }

            return WantsData ? buffer : default;
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(protocol.GetBuffer), failure);
            return default;
        }
    }

    protected void TellUpdated(BufferedProtocol protocol, int count)
    {
        try
        {
            protocol.BufferUpdated(count);
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(protocol.BufferUpdated), failure);
        }
    }

    protected void EndOfStream()
    {
        _eofSeen = true;
        try
        {
            // Nothing can be written here, so there is nothing to keep open for.
            _ = ((StreamProtocol)Protocol).EofReceived();
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            ProtocolFailed(nameof(StreamProtocol.EofReceived), failure);
            return;
        }

        ForceClose(null);
    }

    /// <summary>The last close of the other end of a terminal is an I/O error here; for whoever reads it is the end.</summary>
    protected void ReadFailed(int error)
    {
        if (error == SocketErrors.InputOutput && Pipe.Kind == PipeKind.Character)
        {
            EndOfStream();
        }
        else
        {
            ForceClose(PipeErrors.Create(error, "Reading"));
        }
    }

    private static NotSupportedException NoWriting() => new("This is the reading end of a pipe: nothing can be written to it.");
}
