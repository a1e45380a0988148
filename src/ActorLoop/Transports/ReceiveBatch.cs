using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorLoop.Transports;

/// <summary>Room for the datagrams that one system call brings: pinned slots, and the headers that point to them.</summary>
internal sealed unsafe class ReceiveBatch
{
    private const int NameSpace = SocketNames.MaxLength;

    /// <summary>So that the slots do not all begin in the same set of the processor's caches.</summary>
    private const int Stagger = 128;

    private readonly int _slotSize;
    private readonly int _stride;
    private readonly byte[] _names;
    private readonly byte[] _controls;
    private readonly Interop.Vector[] _vectors;
    private readonly Interop.MultiMessage[] _messages;
    private int _used;
    private bool _named;
    private bool _segmented;

    public ReceiveBatch(int slots, int slotSize)
    {
        Slots = slots;
        _slotSize = slotSize;
        _stride = slotSize + Stagger;
        Slab = GC.AllocateUninitializedArray<byte>(slots * _stride, pinned: true);
        _names = GC.AllocateArray<byte>(slots * NameSpace, pinned: true);
        _controls = GC.AllocateArray<byte>(slots * Interop.ControlSpace, pinned: true);
        _vectors = GC.AllocateArray<Interop.Vector>(slots, pinned: true);
        _messages = GC.AllocateArray<Interop.MultiMessage>(slots, pinned: true);
        for (int i = 0; i < slots; i++)
        {
            _vectors[i] = new Interop.Vector { Base = Address(Slab, i * _stride), Length = slotSize };
            _messages[i].Header.Vectors = (Interop.Vector*)Unsafe.AsPointer(ref _vectors[i]);
            _messages[i].Header.VectorCount = 1;
        }
    }

    public int Slots { get; }

    public byte[] Slab { get; }

    /// <summary>How many datagrams came; negative is an error. They are valid until the next call.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="max">At most so many, and not more than there are slots.</param>
    /// <param name="named">Whether the senders are asked for.</param>
    /// <param name="segmented">Whether one may hold several datagrams.</param>
    public int Receive(int descriptor, int max, bool named, bool segmented)
    {
        bool sameKind = named == _named && segmented == _segmented;
        Prepare(sameKind ? _used : Slots, named, segmented);
        int received = Interop.ReceiveMessages(
            descriptor, (Interop.MultiMessage*)Unsafe.AsPointer(ref _messages[0]), (uint)Math.Min(max, Slots), 0, null);
        _used = Math.Max(received, 0);
        return received;
    }

    public ReadOnlySpan<byte> Data(int index) =>
        Slab.AsSpan(index * _stride, Math.Min((int)_messages[index].Length, _slotSize));

    public ReadOnlySpan<byte> Name(int index) =>
        _names.AsSpan(index * NameSpace, Math.Min((int)_messages[index].Header.NameLength, NameSpace));

    public bool IsTruncated(int index) => (_messages[index].Header.Flags & Interop.Truncated) != 0;

    /// <summary>The size of the datagrams that the kernel joined, or 0 when it is a single one.</summary>
    public int SegmentSize(int index)
    {
        if (_messages[index].Header.ControlLength < Interop.ControlHeader.Size + sizeof(int))
        {
            return 0;
        }

        ReadOnlySpan<byte> control = _controls.AsSpan(index * Interop.ControlSpace, Interop.ControlSpace);
        ref readonly Interop.ControlHeader header = ref MemoryMarshal.AsRef<Interop.ControlHeader>(control);
        return header is { Level: Interop.IpProtoUdp, Type: Interop.UdpGro }
            ? MemoryMarshal.Read<int>(control[Interop.ControlHeader.Size..])
            : 0;
    }

    public bool Owns(ReadOnlySpan<byte> data, out int offset)
    {
        nint distance = Unsafe.ByteOffset(ref Slab[0], ref MemoryMarshal.GetReference(data));
        offset = (int)distance;
        return distance >= 0 && distance + data.Length <= Slab.Length;
    }

    private static byte* Address(byte[] array, int offset) => (byte*)Unsafe.AsPointer(ref array[offset]);

    /// <summary>The kernel wrote lengths into the headers that it used; they must offer the whole room again.</summary>
    private void Prepare(int count, bool named, bool segmented)
    {
        for (int i = 0; i < count; i++)
        {
            ref Interop.MessageHeader header = ref _messages[i].Header;
            header.Name = named ? Address(_names, i * NameSpace) : null;
            header.NameLength = named ? (uint)NameSpace : 0;
            header.Control = segmented ? Address(_controls, i * Interop.ControlSpace) : null;
            header.ControlLength = segmented ? Interop.ControlSpace : 0;
            header.Flags = 0;
        }

        (_named, _segmented) = (named, segmented);
    }
}
