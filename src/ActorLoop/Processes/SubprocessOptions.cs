using System.Runtime.InteropServices;

namespace ActorLoop;

/// <summary>How a child process is started.</summary>
/// <remarks>
/// <para>
/// A child inherits its three standard descriptors and <see cref="PassedDescriptors"/>, and no other, whatever the process has
/// open. No signal is blocked or ignored in it.
/// </para>
/// </remarks>
public sealed record SubprocessOptions
{
    private readonly int? _processGroup;
    private readonly int _streamLimit = StreamOptions.DefaultLimit;

    /// <summary>The child's input. Default: <see cref="SubprocessStdio.Pipe"/>.</summary>
    public SubprocessStdio Stdin { get; init; }

    /// <summary>The child's output. Default: <see cref="SubprocessStdio.Pipe"/>.</summary>
    public SubprocessStdio Stdout { get; init; }

    /// <summary>The child's errors. Default: <see cref="SubprocessStdio.Pipe"/>.</summary>
    public SubprocessStdio Stderr { get; init; }

    /// <summary>Where the child starts; a program with a relative path is looked for there. Default: null, as this process.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// All environment variables of the child; its PATH is where a program without a slash is looked for. Default: null, those of
    /// this process.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Whether the child leads a session of its own, without a terminal, and so a group. Default: false.</summary>
    public bool NewSession { get; init; }

    /// <summary>
    /// The process group of the child: 0 makes it lead one of its own, a number lets it join that one. Default: null, that of this
    /// process.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? ProcessGroup
    {
        get => _processGroup;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value ?? 0, nameof(ProcessGroup));
            _processGroup = value;
        }
    }

    /// <summary>
    /// Further descriptors of the child: the first is its descriptor 3, the next 4, and so on. They stay the caller's.
    /// Default: none.
    /// </summary>
    public IReadOnlyList<SafeHandle> PassedDescriptors { get; init; } = [];

    /// <summary>Limits of the transport that writes the child's input. Default: 64 KiB, 16 KiB and 4 MiB.</summary>
    public WriteBufferLimits WriteBufferLimits { get; init; }

    /// <summary>
    /// Limit of the streams of a <see cref="LoopProcess"/>, as <see cref="StreamOptions.Limit"/>. Default: 64 KiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int StreamLimit
    {
        get => _streamLimit;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(StreamLimit));
            _streamLimit = value;
        }
    }

    /// <summary>Whether the child leads a process group.</summary>
    internal bool LeadsGroup => NewSession || ProcessGroup == 0;
}
