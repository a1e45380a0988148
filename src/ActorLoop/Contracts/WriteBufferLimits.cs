namespace ActorLoop;

/// <summary>
/// How many unsent bytes a transport may hold before its protocol is paused, resumed, or its connection given up.
/// </summary>
public readonly record struct WriteBufferLimits
{
    /// <summary>High-water mark that applies unless another is given: 64 KiB.</summary>
    public const int DefaultHigh = 64 * 1024;

    /// <summary>Hard cap that applies unless another is given: 4 MiB.</summary>
    public const int DefaultCap = 4 * 1024 * 1024;

    private const int HighPerLow = 4;
    private const int DefaultLow = DefaultHigh / HighPerLow;

    // Kept as differences to the defaults, so that the default value is the default and equal to it.
    private readonly int _low;
    private readonly int _high;
    private readonly int _cap;

    /// <summary>Creates limits; what is left out follows from what is given, by asyncio's rules.</summary>
    /// <param name="high">
    /// Above this many bytes <c>PauseWriting</c> is called. Default: four times <paramref name="low"/> if that is given,
    /// else 64 KiB.
    /// </param>
    /// <param name="low">
    /// At or below this many bytes <c>ResumeWriting</c> is called. Default: a quarter of the high-water mark.
    /// </param>
    /// <param name="cap">
    /// A write that finds this many bytes already buffered aborts the connection. Default: 4 MiB, or the high-water mark if
    /// that is
    /// more. <see cref="int.MaxValue"/> practically removes the cap.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 &lt;= low &lt;= high &lt;= cap.</exception>
    public WriteBufferLimits(int? high = null, int? low = null, int? cap = null)
    {
        if (high < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(high), high, "The high-water mark must not be negative.");
        }

        if (high is null && low > int.MaxValue / HighPerLow)
        {
            throw new ArgumentOutOfRangeException(
                nameof(low), low, $"Without a high-water mark the low-water mark must not exceed {int.MaxValue / HighPerLow} bytes.");
        }

        int highMark = high ?? (HighPerLow * low) ?? DefaultHigh;
        int lowMark = low ?? highMark / HighPerLow;
        int hardCap = cap ?? Math.Max(DefaultCap, highMark);
        if (lowMark < 0 || lowMark > highMark)
        {
            throw new ArgumentOutOfRangeException(
                nameof(low), lowMark, $"The low-water mark must lie between 0 and the high-water mark of {highMark} bytes.");
        }

        if (hardCap < highMark)
        {
            throw new ArgumentOutOfRangeException(
                nameof(cap), hardCap, $"The hard cap must not be below the high-water mark of {highMark} bytes.");
        }

        (_high, _low, _cap) = (highMark - DefaultHigh, lowMark - DefaultLow, hardCap - DefaultCap);
    }

    /// <summary>64 KiB high, 16 KiB low, 4 MiB cap; the same as <c>default</c>.</summary>
    public static WriteBufferLimits Default => new(DefaultHigh);

    /// <summary>Above this many bytes <c>PauseWriting</c> is called.</summary>
    public int High => DefaultHigh + _high;

    /// <summary>At or below this many bytes <c>ResumeWriting</c> is called.</summary>
    public int Low => DefaultLow + _low;

    /// <summary>A write that finds this many bytes already buffered aborts the connection.</summary>
    public int Cap => DefaultCap + _cap;
}
