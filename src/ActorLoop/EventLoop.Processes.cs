namespace ActorLoop;

/// <summary>Child processes. A loop of another kind overrides what it supports.</summary>
public abstract partial class EventLoop
{
    /// <summary>Starts a program as a child of this process. Mirrors <c>subprocess_exec</c>.</summary>
    /// <typeparam name="TProtocol">Type of the protocol.</typeparam>
    /// <param name="factory">Makes the protocol, before anything is started.</param>
    /// <param name="program">
    /// Path of the program, or, without a slash, its name: then the absolute folders of the child's PATH are searched, or
    /// <c>/bin</c> and <c>/usr/bin</c> if it has none.
    /// </param>
    /// <param name="arguments">What the program gets after its own name; no shell touches it.</param>
    /// <param name="options">Further options; null is all defaults: three pipes.</param>
    /// <param name="cancellationToken">
    /// Ends the wait; a child that was started already is killed and collected. Where none is given, the cancellation of the
    /// current task does.
    /// </param>
    /// <returns>The transport and its protocol, after <c>ConnectionMade</c>.</returns>
    /// <remarks>
    /// <para>Thread: the loop's; any number of loops may start children at the same time.</para>
    /// <para>
    /// The call holds the loop up until the child has become the new program, about as long as the system needs for that: some
    /// tenths of a millisecond.
    /// </para>
    /// <para>
    /// The child's exit arrives as readiness of a pidfd: no signal is involved, and exactly this child is waited for, so other
    /// children of the process, such as those of <see cref="System.Diagnostics.Process"/>, are left alone. A loop that closes
    /// reports the children that run, kills them and collects them.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">A bad or contradictory argument; nothing was opened.</exception>
    /// <exception cref="FileNotFoundException">There is no such program, or it names an interpreter that does not exist.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such working directory.</exception>
    /// <exception cref="UnauthorizedAccessException">
    /// The program may not be executed, or the working directory not be entered.
    /// </exception>
    /// <exception cref="IOException">
    /// The system refused for another reason; <see cref="Exception.HResult"/> is its number. As with the others, nothing stays open.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">
    /// The system has no posix_spawn or no pidfd_open, or the loop's selector watches sockets only.
    /// </exception>
    public virtual Task<(ISubprocessTransport Transport, TProtocol Protocol)> SubprocessExecAsync<TProtocol>(
        Func<TProtocol> factory,
        string program,
        IReadOnlyList<string> arguments,
        SubprocessOptions? options = null,
        CancellationToken cancellationToken = default)
        where TProtocol : SubprocessProtocol => throw Unsupported(nameof(SubprocessExecAsync));

    /// <summary>Runs a command by <c>/bin/sh -c</c>. Mirrors <c>subprocess_shell</c>.</summary>
    /// <param name="factory">Makes the protocol, before anything is started.</param>
    /// <param name="command">
    /// The command. The shell interprets all of it: never build it from what somebody else has sent.
    /// </param>
    /// <param name="options">Further options; null is all defaults: three pipes.</param>
    /// <param name="cancellationToken">Ends the wait; a child that was started already is killed and collected.</param>
    /// <inheritdoc cref="SubprocessExecAsync"/>
    public Task<(ISubprocessTransport Transport, TProtocol Protocol)> SubprocessShellAsync<TProtocol>(
        Func<TProtocol> factory,
        string command,
        SubprocessOptions? options = null,
        CancellationToken cancellationToken = default)
        where TProtocol : SubprocessProtocol
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        return SubprocessExecAsync(factory, "/bin/sh", ["-c", command], options, cancellationToken);
    }

    /// <summary>
    /// Starts a program whose pipes are read and written as streams. Mirrors <c>create_subprocess_exec</c>, but the default of
    /// its three descriptors is a pipe.
    /// </summary>
    /// <param name="program"><inheritdoc cref="SubprocessExecAsync" path="/param[@name='program']"/></param>
    /// <param name="arguments">What the program gets after its own name; no shell touches it.</param>
    /// <param name="options">Further options; null is all defaults: three pipes.</param>
    /// <param name="cancellationToken">Ends the wait; a child that was started already is killed and collected.</param>
    /// <returns>The process; dispose it.</returns>
    /// <inheritdoc cref="SubprocessExecAsync"/>
    public virtual Task<LoopProcess> StartProcessAsync(
        string program,
        IReadOnlyList<string> arguments,
        SubprocessOptions? options = null,
        CancellationToken cancellationToken = default) => throw Unsupported(nameof(StartProcessAsync));

    /// <summary>
    /// Runs a command by <c>/bin/sh -c</c>, with its pipes as streams. Mirrors <c>create_subprocess_shell</c>.
    /// </summary>
    /// <param name="command"><inheritdoc cref="SubprocessShellAsync" path="/param[@name='command']"/></param>
    /// <param name="options">Further options; null is all defaults: three pipes.</param>
    /// <param name="cancellationToken">Ends the wait; a child that was started already is killed and collected.</param>
    /// <inheritdoc cref="StartProcessAsync"/>
    public Task<LoopProcess> StartShellAsync(
        string command, SubprocessOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        return StartProcessAsync("/bin/sh", ["-c", command], options, cancellationToken);
    }
}
