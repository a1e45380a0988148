namespace ActorLoop.Architecture.Tests.PublicSurface;

// If this fails, a change of the public surface can hide: the committed text would not show it.
public sealed class SurfaceWriterTests
{
    [Fact(DisplayName = "A class is written with nullability, tuple names, defaults, constraints and accessors")]
    public void Write_Class_ShowsWhatUsersCompileAgainst() => Expect(
        typeof(Specimen<>),
        """
        public abstract class ActorLoop.Architecture.Tests.PublicSurface.Specimen<T> : IDisposable where T : class?
            protected Specimen(int size = -1)
            public virtual bool CanGrow { get; }
            public event Action<string?>? Changed
            public void Dispose()
            protected abstract void Fill(ReadOnlySpan<byte> data, in Guid id, out int used, ref long total)
            public Task<(string Host, T? Value)> FindAsync(string? name, CancellationToken cancellationToken = default)
            public static TItem? First<TItem>(params IReadOnlyList<TItem?> items) where TItem : struct, IComparable<TItem>
            public object? this[int index] { get; }
            public string[]? Keys { get; protected set; }
            public const string Name = "a \"b\""
            public required IReadOnlyDictionary<string, List<T?>?> Pages { get; init; }
            public sealed override string ToString()
            [Obsolete("gone")] public void Use(DayOfWeek day = DayOfWeek.Friday, TimeSpan? delay = null, double factor = 0.5)
        """);

    [Fact(DisplayName = "Records, enums, delegates and interfaces are written as what they are")]
    public void Write_OtherKinds_AreToldApart()
    {
        Expect(
            typeof(Point),
            """
            public readonly record struct ActorLoop.Architecture.Tests.PublicSurface.Point
                public Point(int X, int Y = 2)
                public int X { get; init; }
                public int Y { get; init; }
            """);
        Expect(
            typeof(Shade),
            """
            [Flags] public enum ActorLoop.Architecture.Tests.PublicSurface.Shade : byte
                None = 0
                Dark = 1
                Light = 2
            """);
        Expect(
            typeof(Pick<>),
            """
            public delegate T? ActorLoop.Architecture.Tests.PublicSurface.Pick<out T>(object? from)
            """);
        Expect(
            typeof(IShape),
            """
            public interface ActorLoop.Architecture.Tests.PublicSurface.IShape : IDisposable
                int Area { get; set; }
                virtual void Draw()
                static abstract IShape Make()
            """);
    }

    [Fact(DisplayName = "The difference names what went and what came, with the type it belongs to")]
    public void Lines_ChangedMember_ShowBothSides() => Assert.Equal(
        ["+ class A  |  void New()", "- class A  |  void Old()"],
        SurfaceDiff.Lines("class A\n    void Old()\n    void Same()\n", "class A\n    void New()\n    void Same()\n"));

    private static void Expect(Type type, string expected) =>
        Assert.Equal(expected.ReplaceLineEndings("\n") + "\n", SurfaceWriter.Write(type));
}
