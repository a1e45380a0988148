using System.Runtime.InteropServices;
using ActorLoop.Processes;

namespace ActorLoop;

/// <summary>What one of the three standard descriptors of a child leads to. The default value is <see cref="Pipe"/>.</summary>
public readonly record struct SubprocessStdio
{
    private SubprocessStdio(StdioKind kind, SafeHandle? handle = null)
    {
        Kind = kind;
        Handle = handle;
    }

    /// <summary>A pipe to this process. Mirrors <c>PIPE</c>.</summary>
    public static SubprocessStdio Pipe => default;

    /// <summary>The same as in this process. Mirrors <c>None</c>.</summary>
    public static SubprocessStdio Inherit => new(StdioKind.Inherit);

    /// <summary>Nothing: reading finds the end, writing goes nowhere. Mirrors <c>DEVNULL</c>.</summary>
    public static SubprocessStdio Null => new(StdioKind.Null);

    /// <summary>For the errors only: the same as the output. Mirrors <c>STDOUT</c>.</summary>
    public static SubprocessStdio Stdout => new(StdioKind.Stdout);

    internal StdioKind Kind { get; }

    internal SafeHandle? Handle { get; }

    /// <summary>A file, pipe or socket of the caller.</summary>
    /// <param name="handle">It stays the caller's, who may close it when the child was started.</param>
    /// <returns>The descriptor.</returns>
    public static SubprocessStdio FromHandle(SafeHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return new SubprocessStdio(StdioKind.Handle, handle);
    }
}
