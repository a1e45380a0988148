using System.Net;
using System.Runtime.InteropServices;

namespace ActorLoop.Transports;

/// <summary>
/// The senders that a socket has heard lately, so that a datagram of a known one allocates nothing. Bounded: whoever forges many
/// addresses costs an allocation each and no more.
/// </summary>
internal sealed class RemoteEndPoints
{
    private const int Ways = 4;
    private const int InitialSets = 8;
    private const int MaxSets = 256;

    private Slot[] _slots = new Slot[InitialSets * Ways];
    private int _victim;

    public EndPoint Get(ReadOnlySpan<byte> address)
    {
        int hash = HashOf(address);
        int set = SetOf(hash);
        for (int i = set; i < set + Ways; i++)
        {
            if (_slots[i].Hash == hash && _slots[i].Address is { } known && address.SequenceEqual(known))
            {
                if (_slots[i].IsUnchanged)
                {
                    return _slots[i].EndPoint;
                }

                return (_slots[i] = Parse(address, hash)).EndPoint;
            }
        }

        return Add(address, hash);
    }

    /// <summary>Not random on purpose: who makes addresses collide gains only that they are parsed each time.</summary>
    private static int HashOf(ReadOnlySpan<byte> address)
    {
        const ulong Mix = 0x9E3779B97F4A7C15;
        ulong hash = (ulong)address.Length;
        for (; address.Length >= sizeof(ulong); address = address[sizeof(ulong)..])
        {
            hash = (hash ^ MemoryMarshal.Read<ulong>(address)) * Mix;
            hash ^= hash >> 29;
        }

        foreach (byte rest in address)
        {
            hash = (hash ^ rest) * Mix;
        }

        return (int)(hash >> 32);
    }

    private int SetOf(int hash) => (hash & ((_slots.Length / Ways) - 1)) * Ways;

    private EndPoint Add(ReadOnlySpan<byte> address, int hash)
    {
        Slot slot = Parse(address, hash);
        while (!TryPlace(slot))
        {
            if (_slots.Length >= MaxSets * Ways)
            {
                _slots[SetOf(hash) + (_victim++ & (Ways - 1))] = slot;
                break;
            }

            Grow();
        }

        return slot.EndPoint;
    }

    private static Slot Parse(ReadOnlySpan<byte> address, int hash)
    {
        EndPoint endPoint = SocketNames.Parse(address) ?? UnnamedEndPoint.Instance;
        var internet = endPoint as IPEndPoint;
        return new Slot(hash, address.ToArray(), endPoint, internet?.Address, internet?.Port ?? 0);
    }

    private bool TryPlace(in Slot slot)
    {
        int set = SetOf(slot.Hash);
        for (int i = set; i < set + Ways; i++)
        {
            if (_slots[i].Address is null)
            {
                _slots[i] = slot;
                return true;
            }
        }

        return false;
    }

    private void Grow()
    {
        Slot[] old = _slots;
        _slots = new Slot[old.Length * 2];
        foreach (Slot slot in old)
        {
            if (slot.Address is not null)
            {
                // A set that splits never gets more than it had, so there is room.
                TryPlace(slot);
            }
        }
    }

    private readonly record struct Slot(int Hash, byte[] Address, EndPoint EndPoint, IPAddress? Host, int Port)
    {
        /// <summary>End points of the base class library can be written to, by whoever was given this one.</summary>
        public bool IsUnchanged => EndPoint is not IPEndPoint now || (ReferenceEquals(now.Address, Host) && now.Port == Port);
    }
}
