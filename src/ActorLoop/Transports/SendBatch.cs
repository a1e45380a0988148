using System.Runtime.CompilerServices;

namespace ActorLoop.Transports;

/// <summary>The headers with which queued datagrams go to the kernel in one call; filled anew for each call.</summary>
internal sealed unsafe class SendBatch
{
    private const int MaxMessages = 64;
    private const int MaxVectors = 1024;
    private const int MaxSegments = 64;

    /// <summary>The longest IPv4 datagram: joined datagrams must not be longer, because they are one on their way.</summary>
    private const int MaxJoined = 65507;

    private readonly Interop.MultiMessage[] _messages = GC.AllocateArray<Interop.MultiMessage>(MaxMessages, pinned: true);
    private readonly Interop.Vector[] _vectors = GC.AllocateArray<Interop.Vector>(MaxVectors, pinned: true);
    private readonly byte[] _controls = GC.AllocateArray<byte>(MaxMessages * Interop.ControlSpace, pinned: true);
    private readonly int[] _datagrams = new int[MaxMessages];

    /// <summary>How many datagrams the first message of the last call was joined from.</summary>
    public int FirstGroup => _datagrams[0];

    /// <summary>Sends the first datagrams of a queue.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="queue">Not empty.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="joinBelow">Datagrams shorter than this are joined where they can be; 0 joins none.</param>
    /// <returns>How many datagrams the kernel took; negative is the error of the first.</returns>
    public int Send(int descriptor, DatagramQueue queue, int max, int joinBelow)
    {
        fixed (byte* entries = queue)
        {
            int messages = Fill(queue, max, joinBelow);
            if (messages == 1 && _messages[0].Header is { ControlLength: 0 } only)
            {
                nint sent = Interop.SendTo(
                    descriptor, only.Vectors->Base, only.Vectors->Length, Interop.NoSignal, (byte*)only.Name, (int)only.NameLength);
                return sent < 0 ? -1 : 1;
            }

            int taken = Interop.SendMessages(
                descriptor, (Interop.MultiMessage*)Unsafe.AsPointer(ref _messages[0]), (uint)messages, Interop.NoSignal);
            if (taken < 0)
            {
                return -1;
            }

            int datagrams = 0;
            for (int i = 0; i < taken; i++)
            {
                datagrams += _datagrams[i];
            }

            return datagrams;
        }
    }

    private int Fill(DatagramQueue queue, int max, int joinBelow)
    {
        int count = Math.Min(queue.Count, max);
        int messages = 0;
        int vectors = 0;
        for (int next = 0; next < count && messages < MaxMessages && vectors < MaxVectors; messages++)
        {
            ref DatagramQueue.Entry first = ref queue.At(next);
            int firstVector = vectors;
            int joined = 1;
            AddVector(first, firstVector, ref vectors);
            if (first.Length < joinBelow && first.Length > 0)
            {
                joined = Join(queue, next, count, firstVector, ref vectors);
            }

            ref Interop.MessageHeader header = ref _messages[messages].Header;
            header.Name = first.Address.Length == 0 ? null : first.Address.Pointer;
            header.NameLength = (uint)first.Address.Length;
            header.Vectors = (Interop.Vector*)Unsafe.AsPointer(ref _vectors[firstVector]);
            header.VectorCount = vectors - firstVector;
            SetSegmentSize(ref header, messages, joined > 1 ? first.Length : 0);
            _datagrams[messages] = joined;
            next += joined;
        }

        return messages;
    }

    /// <summary>
    /// Adds the datagrams behind the first that can go with it: same receiver and size; a shorter one ends the row.
    /// </summary>
    private int Join(DatagramQueue queue, int start, int count, int firstVector, ref int vectors)
    {
        ref DatagramQueue.Entry first = ref queue.At(start);
        int joined = 1;
        for (int bytes = first.Length; start + joined < count && joined < MaxSegments && vectors < MaxVectors; joined++)
        {
            ref DatagramQueue.Entry entry = ref queue.At(start + joined);
            bytes += entry.Length;
            if (entry.Length == 0 || entry.Length > first.Length || bytes > MaxJoined || !entry.Address.SameAs(first.Address))
            {
                break;
            }

            AddVector(entry, firstVector, ref vectors);
            if (entry.Length < first.Length)
            {
                return joined + 1;
            }
        }

        return joined;
    }

    private void AddVector(in DatagramQueue.Entry entry, int firstVector, ref int vectors)
    {
        var start = (byte*)Unsafe.AsPointer(ref entry.Array[entry.Start]);
        if (vectors > firstVector && _vectors[vectors - 1].Base + _vectors[vectors - 1].Length == start)
        {
            _vectors[vectors - 1].Length += entry.Length;
        }
        else
        {
            _vectors[vectors++] = new Interop.Vector { Base = start, Length = entry.Length };
        }
    }

    private void SetSegmentSize(ref Interop.MessageHeader header, int index, int size)
    {
        if (size == 0)
        {
            header.Control = null;
            header.ControlLength = 0;
            return;
        }

        var control = (Interop.ControlHeader*)Unsafe.AsPointer(ref _controls[index * Interop.ControlSpace]);
        control->Length = Interop.ControlHeader.Size + sizeof(ushort);
        control->Level = Interop.IpProtoUdp;
        control->Type = Interop.UdpSegment;
        *(ushort*)(control + 1) = (ushort)size;
        header.Control = control;
        header.ControlLength = Interop.ControlSpace;
    }
}
