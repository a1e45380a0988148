using System.Buffers;
using System.Runtime.CompilerServices;

namespace ActorLoop.Transports;

/// <summary>The system calls of writing: one for one piece, a gathered one for several.</summary>
internal sealed unsafe partial class SocketTransport
{
    /// <summary>Sends what is buffered and <paramref name="data"/> behind it in one call, and keeps what was not taken.</summary>
    protected override void SendNow(ReadOnlySpan<byte> data)
    {
        OutgoingBuffer outgoing = Outgoing!;
        if (outgoing.PieceCount >= Interop.MaxVectors)
        {
            // One call does not reach the end of what is buffered, and nothing may overtake it.
            outgoing.Append(data, mayBorrow: false);
            SendBuffered();
            return;
        }

        int buffered = outgoing.Size;
        nint sent;
        fixed (byte* start = data)
        {
            if (buffered == 0)
            {
                sent = Interop.Send(Handle.Descriptor, start, data.Length, Interop.NoSignal);
            }
            else
            {
                Interop.Vector* vectors = stackalloc Interop.Vector[Interop.MaxVectors];
                int count = outgoing.Describe(vectors, Interop.MaxVectors - 1);
                vectors[count++] = new Interop.Vector { Base = start, Length = data.Length };
                sent = SendVectors(vectors, count);
            }
        }

        if (!Took(sent, out int taken))
        {
            return;
        }

        int fromBuffer = Math.Min(taken, buffered);
        outgoing.Consume(fromBuffer);
        outgoing.Append(data[(taken - fromBuffer)..], mayBorrow: false);
        AfterSend();
    }

    protected override void SendPieces(in ReadOnlySequence<byte> data)
    {
        OutgoingBuffer outgoing = Outgoing!;
        if (outgoing.PieceCount > Interop.MaxVectors / 2)
        {
            Keep(data, mayBorrow: false);
            SendBuffered();
            return;
        }

        int buffered = outgoing.Size;
        Interop.Vector* vectors = stackalloc Interop.Vector[Interop.MaxVectors];
        int count = outgoing.Describe(vectors, Interop.MaxVectors);
        MemoryHandle[] pins = ArrayPool<MemoryHandle>.Shared.Rent(Interop.MaxVectors);
        int pinned = 0;
        nint sent;
        try
        {
            foreach (ReadOnlyMemory<byte> piece in data)
            {
                if (count == Interop.MaxVectors)
                {
                    break;
                }

                pins[pinned] = piece.Pin();
                vectors[count++] = new Interop.Vector { Base = (byte*)pins[pinned++].Pointer, Length = piece.Length };
            }

            sent = SendVectors(vectors, count);
        }
        finally
        {
            for (int i = 0; i < pinned; i++)
            {
                pins[i].Dispose();
            }

            ArrayPool<MemoryHandle>.Shared.Return(pins, clearArray: true);
        }

        if (!Took(sent, out int taken))
        {
            return;
        }

        int fromBuffer = Math.Min(taken, buffered);
        outgoing.Consume(fromBuffer);
        Keep(data.Slice(taken - fromBuffer), mayBorrow: false);
        AfterSend();
    }

    protected override void SendBuffered()
    {
        OutgoingBuffer outgoing = Outgoing!;
        Interop.Vector* vectors = stackalloc Interop.Vector[Interop.MaxVectors];
        int count = outgoing.Describe(vectors, Interop.MaxVectors);
        nint sent = count == 1
            ? Interop.Send(Handle.Descriptor, vectors[0].Base, vectors[0].Length, Interop.NoSignal)
            : SendVectors(vectors, count);
        if (Took(sent, out int taken))
        {
            outgoing.Consume(taken);
            AfterSend();
        }
    }

    private nint SendVectors(Interop.Vector* vectors, int count)
    {
        Unsafe.SkipInit(out Interop.MessageHeader message);
        message = default;
        message.Vectors = vectors;
        message.VectorCount = count;
        return Interop.SendMessage(Handle.Descriptor, &message, Interop.NoSignal);
    }

    /// <summary>How many bytes the kernel took; false when the connection failed, which ends it.</summary>
    private bool Took(nint result, out int taken)
    {
        taken = 0;
        if (result >= 0)
        {
            taken = (int)result;
            return true;
        }

        int error = SocketErrors.Last();
        if (SocketErrors.IsTransient(error) || error is SocketErrors.NoBufferSpace or SocketErrors.OutOfMemory)
        {
            // Out of kernel memory for the moment: no byte may be lost, so wait until the socket is writable.
            return true;
        }

        ForceClose(SocketErrors.Create(error, "Sending"));
        return false;
    }
}
