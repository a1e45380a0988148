using System.Runtime.InteropServices;
using System.Text;

namespace ActorLoop.Processes;

/// <summary>Strings as C wants them: each ends with a NUL, and the list of them with a null. One piece of memory.</summary>
internal readonly unsafe struct NativeStrings : IDisposable
{
    private readonly byte** _pointers;

    public NativeStrings(IReadOnlyList<string> strings)
    {
        nuint size = (nuint)(strings.Count + 1) * (nuint)sizeof(byte*);
        foreach (string text in strings)
        {
            size += (nuint)Encoding.UTF8.GetByteCount(text) + 1;
        }

        _pointers = (byte**)NativeMemory.Alloc(size);
        byte* next = (byte*)(_pointers + strings.Count + 1);
        byte* end = (byte*)_pointers + size;
        for (int i = 0; i < strings.Count; i++)
        {
            _pointers[i] = next;
            next += Encoding.UTF8.GetBytes(strings[i], new Span<byte>(next, (int)(end - next)));
            *next++ = 0;
        }

        _pointers[strings.Count] = null;
    }

    public byte** Pointers => _pointers;

    public byte* First => _pointers[0];

    public void Dispose() => NativeMemory.Free(_pointers);
}
