namespace ActorLoop.Architecture.Tests.PublicSurface;

// One of everything that the writer of surfaces has to get right.
internal abstract class Specimen<T> : IDisposable where T : class?
{
    public const string Name = "a \"b\"";

    protected Specimen(int size = -1) => Size = size;

    private protected Specimen(string hidden)
        : this(hidden.Length)
    {
    }

    public event Action<string?>? Changed;

    public virtual bool CanGrow => Size > 0;

    public string[]? Keys { get; protected set; }

    public required IReadOnlyDictionary<string, List<T?>?> Pages { get; init; }

    internal int Size { get; }

    public object? this[int index] => Keys?[index];

    public static TItem? First<TItem>(params IReadOnlyList<TItem?> items) where TItem : struct, IComparable<TItem> =>
        items[0];

    public void Dispose() => GC.SuppressFinalize(this);

    public Task<(string Host, T? Value)> FindAsync(string? name, CancellationToken cancellationToken = default)
    {
        Changed?.Invoke(name);
        return Task.FromResult<(string, T?)>((name ?? "", default));
    }

    [Obsolete("gone")]
    public void Use(DayOfWeek day = DayOfWeek.Friday, TimeSpan? delay = null, double factor = 0.5) =>
        Keys = [$"{day}{delay}{factor}"];

    public sealed override string ToString() => Name;

    protected abstract void Fill(ReadOnlySpan<byte> data, in Guid id, out int used, ref long total);
}

internal readonly record struct Point(int X, int Y = 2);

[Flags]
internal enum Shade : byte
{
    None = 0,
    Light = 2,
    Dark = 1,
}

internal delegate T? Pick<out T>(object? from);

internal interface IShape : IDisposable
{
    int Area { get; set; }

    static abstract IShape Make();

    void Draw() => Area++;
}
