using System.Buffers;
using System.Buffers.Binary;

namespace ActorLoop.Transports;

/// <summary>
/// What arrived and was not decrypted yet, handed on in whole records: who asks for bytes only while a record is complete never
/// has to wait in the middle of one.
/// </summary>
/// <remarks>
/// Bytes are only borrowed while <see cref="Borrow"/> to <see cref="Keep"/> lasts; what is left then is copied into a rented
/// array, which goes back as soon as it is empty.
/// </remarks>
internal sealed unsafe class TlsRecords
{
    private const int HeaderSize = 5;
    private const int MinHeld = 4 * 1024;

    // RFC 5246 lets a protected record be 2^14 + 2048 bytes long; TLS 1.3 allows less.
    private const int MaxPayload = 16 * 1024 + 2048;

    private byte[]? _held;
    private int _start;
    private int _end;
    private byte* _borrowed;
    private int _borrowedCount;
    private int _rest;

    /// <summary>Bytes kept in memory of our own.</summary>
    public int HeldCount => _end - _start;

    /// <summary>Whether a record, or the rest of one, can be read.</summary>
    /// <exception cref="IOException">What waits is no TLS record.</exception>
    public bool IsReady => _rest > 0 || CompleteRecord();

    public void Borrow(byte* data, int count)
    {
        _borrowed = data;
        _borrowedCount = count;
    }

    /// <summary>Copies what is left of the borrowed bytes, because their owner is about to reuse them.</summary>
    public void Keep()
    {
        Hold(_borrowedCount);
        _borrowed = null;
    }

    /// <summary>Takes at most the rest of the current record.</summary>
    public int Read(Span<byte> target)
    {
        int count = Math.Min(target.Length, _rest);
        if (HeldCount > 0)
        {
            _held.AsSpan(_start, count).CopyTo(target);
            _start += count;
            ReleaseIfEmpty();
        }
        else
        {
            new ReadOnlySpan<byte>(_borrowed, count).CopyTo(target);
            Skip(count);
        }

        _rest -= count;
        return count;
    }

    public void Clear()
    {
        _start = _end;
        _rest = 0;
        _borrowedCount = 0;
        ReleaseIfEmpty();
    }

    /// <summary>
    /// Whether the next record is there as a whole; a beginning in held memory is completed from the borrowed bytes.
    /// </summary>
    private bool CompleteRecord()
    {
        if (HeldCount == 0)
        {
            _rest = Complete(new ReadOnlySpan<byte>(_borrowed, _borrowedCount));
            return _rest > 0;
        }

        Hold(Math.Clamp(HeaderSize - HeldCount, 0, _borrowedCount));
        ReadOnlySpan<byte> held = _held.AsSpan(_start, HeldCount);
        Check(held);
        if (held.Length >= HeaderSize)
        {
            Hold(Math.Clamp(Size(held) - HeldCount, 0, _borrowedCount));
            _rest = Complete(_held.AsSpan(_start, HeldCount));
        }

        return _rest > 0;
    }

    /// <summary>The size of the record that these bytes begin with, or 0 if it is not complete.</summary>
    private static int Complete(ReadOnlySpan<byte> bytes)
    {
        Check(bytes);
        if (bytes.Length < HeaderSize)
        {
            return 0;
        }

        int size = Size(bytes);
        return size <= bytes.Length ? size : 0;
    }

    private static int Size(ReadOnlySpan<byte> header) => HeaderSize + BinaryPrimitives.ReadUInt16BigEndian(header[3..]);

    /// <summary>Looks at as much of the header as there is: who speaks another protocol should not be waited for.</summary>
    private static void Check(ReadOnlySpan<byte> bytes)
    {
        // RFC 8446, 5.1: change_cipher_spec 20 to heartbeat 24, and a legacy version of 3.x.
        bool valid = bytes switch
        {
            [] => true,
            [< 20 or > 24, ..] => false,
            [_, not 3, ..] => false,
            _ => bytes.Length < HeaderSize || Size(bytes) is > HeaderSize and <= HeaderSize + MaxPayload,
        };
        if (!valid)
        {
            throw new IOException("The peer sent what is no TLS record; it may speak another protocol.");
        }
    }

    private void Hold(int count)
    {
        if (count == 0)
        {
            return;
        }

        if (_held is null)
        {
            _held = ArrayPool<byte>.Shared.Rent(Math.Max(count, MinHeld));
        }
        else if (_end + count > _held.Length)
        {
            byte[] larger = HeldCount + count > _held.Length ? ArrayPool<byte>.Shared.Rent(HeldCount + count) : _held;
            Buffer.BlockCopy(_held, _start, larger, 0, HeldCount);
            if (larger != _held)
            {
                ArrayPool<byte>.Shared.Return(_held);
            }

            (_held, _start, _end) = (larger, 0, HeldCount);
        }

        new ReadOnlySpan<byte>(_borrowed, count).CopyTo(_held.AsSpan(_end));
        _end += count;
        Skip(count);
    }

    private void Skip(int count)
    {
        _borrowed += count;
        _borrowedCount -= count;
    }

    private void ReleaseIfEmpty()
    {
        if (_start == _end && _held is not null)
        {
            ArrayPool<byte>.Shared.Return(_held);
            (_held, _start, _end) = (null, 0, 0);
        }
    }
}
