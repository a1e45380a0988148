using System.Diagnostics;
using System.Runtime.InteropServices;
using ActorLoop.Execution;
using ActorLoop.Futures;
using ActorLoop.Processes;
using ActorLoop.Scheduling;
using ActorLoop.Signals;
using ActorLoop.Streams;
using ActorLoop.Transports;
using Interop = ActorLoop.Processes.Interop;

namespace ActorLoop;

/// <summary>
/// A child process whose pipes are read and written by <c>await</c>. Mirrors asyncio's <c>Process</c>; made by
/// <see cref="EventLoop.StartProcessAsync"/>.
/// </summary>
/// <remarks>
/// <para>Thread: the loop's, except where a member says otherwise.</para>
/// <para>
/// Read what the child writes, or lead it elsewhere by <see cref="SubprocessOptions"/>: a child whose pipe is full waits until
/// somebody does. <see cref="CommunicateAsync"/> takes care of all three pipes.
/// </para>
/// <para>A process that is dropped while it runs is reported and killed: dispose it.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class LoopProcess : IAsyncDisposable
{
    private const int FeedSize = 64 * 1024;

    private readonly ProcessProtocol _protocol;
    private readonly LoopCore _core;

    internal LoopProcess(ProcessProtocol protocol)
    {
        _protocol = protocol;
        _core = protocol.Transport.Loop.Core;
        Stdin = StreamOf(0);
        Stdout = StreamOf(1);
        Stderr = StreamOf(2);
    }

    /// <summary>Reports a child that was dropped while it ran, and kills it.</summary>
    ~LoopProcess()
    {
        if (ReturnCode is null)
        {
            _core.TryPost(new Message((Action)CloseDropped));
        }
    }

    /// <summary>The child under the streams.</summary>
    public ISubprocessTransport Transport => _protocol.Transport;

    /// <summary>The child's process id. Thread: any.</summary>
    public int ProcessId => Transport.ProcessId;

    /// <summary>How the child ended, as <see cref="ISubprocessTransport.ReturnCode"/>; null while it runs.</summary>
    public int? ReturnCode => Transport.ReturnCode;

    /// <summary>Writes the child's input; null when that is no pipe. Closing it is the end of the input.</summary>
    /// <remarks>
    /// When the child does not read any more, writing throws <see cref="ConnectionLostException"/> or is dropped, as on a
    /// connection.
    /// </remarks>
    public LoopStream? Stdin { get; }

    /// <summary>Reads the child's output; null when that is no pipe.</summary>
    public LoopStream? Stdout { get; }

    /// <summary>Reads the child's errors; null when that is no pipe.</summary>
    public LoopStream? Stderr { get; }

    /// <summary>Waits until the child has exited, however often and by however many. Mirrors <c>wait</c>. Thread: any.</summary>
    /// <param name="cancellationToken">
    /// Ends the wait, not the child; where none is given, the cancellation of the current task does.
    /// </param>
    /// <returns>The <see cref="ReturnCode"/>.</returns>
    /// <remarks>
    /// It does not wait for the pipes: a grandchild may hold them for ever. Read the streams to their end for all that was
    /// written.
    /// </remarks>
    public Task<int> WaitAsync(CancellationToken cancellationToken = default) =>
        _protocol.Exited.WaitAsync(_core.IsOnLoop ? TaskToken.Or(cancellationToken) : cancellationToken);

    /// <summary>
    /// Writes the input and ends it, reads the output and the errors to their ends, and waits for the exit, all at the same time.
    /// Mirrors <c>communicate</c>.
    /// </summary>
    /// <param name="input">What to write; it must stay as it is until the call is over. Default: nothing.</param>
    /// <param name="cancellationToken">
    /// Ends the wait, not the child; what was read is lost. Where none is given, the cancellation of the current task does.
    /// </param>
    /// <returns>What came out of the pipes, null where there is none, and the <see cref="ReturnCode"/>.</returns>
    /// <remarks>A child that ends its input early is no error. Everything it writes is kept in memory.</remarks>
    /// <exception cref="ArgumentException">There is input, but no pipe for it.</exception>
    /// <exception cref="InvalidOperationException">Somebody else reads a stream.</exception>
    public async Task<(byte[]? Output, byte[]? Errors, int ReturnCode)> CommunicateAsync(
        ReadOnlyMemory<byte> input = default, CancellationToken cancellationToken = default)
    {
        if (Stdin is null && !input.IsEmpty)
        {
            throw new ArgumentException("The child's input is no pipe, so nothing can be written to it.", nameof(input));
        }

        cancellationToken = TaskToken.Or(cancellationToken);
        Task<byte[]?> output = ReadAsync(Stdout, cancellationToken);
        Task<byte[]?> errors = ReadAsync(Stderr, cancellationToken);
        Task feeding = FeedAsync(input, cancellationToken);
        await Task.WhenAll(output, errors, feeding);
        return (await output, await errors, await WaitAsync(cancellationToken));
    }

    /// <summary>Sends a signal; does nothing when the child has exited. Mirrors <c>send_signal</c>.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="wholeGroup">Whether it is for all processes of the group that the child leads.</param>
    /// <exception cref="InvalidOperationException">The child leads no group.</exception>
    /// <exception cref="UnauthorizedAccessException">The child runs as somebody else.</exception>
    public void SendSignal(PosixSignal signal, bool wholeGroup = false) => SendSignal(SignalNumbers.ToLinux(signal), wholeGroup);

    /// <inheritdoc cref="SendSignal(PosixSignal, bool)"/>
    /// <param name="number">The system's number of the signal, 1 to 64.</param>
    /// <param name="wholeGroup">As for <see cref="ISubprocessTransport.SendSignal(int, bool)"/>.</param>
    public void SendSignal(int number, bool wholeGroup = false)
    {
        if (Transport is not SubprocessTransport { IsEnded: true })
        {
            Transport.SendSignal(number, wholeGroup);
        }
    }

    /// <summary>Asks the child to end: SIGTERM; does nothing when it has. Mirrors <c>terminate</c>.</summary>
    /// <param name="wholeGroup">As for <see cref="SendSignal(int, bool)"/>.</param>
    public void Terminate(bool wholeGroup = false) => SendSignal(PosixSignal.SIGTERM, wholeGroup);

    /// <summary>Ends the child: SIGKILL; does nothing when it has ended. Mirrors <c>kill</c>.</summary>
    /// <param name="wholeGroup">As for <see cref="SendSignal(int, bool)"/>.</param>
    public void Kill(bool wholeGroup = false) => SendSignal(Interop.Kill, wholeGroup);

    /// <summary>
    /// Closes the pipes, kills the child if it runs, with its process group if it leads one, and waits until it was collected.
    /// Thread: any.
    /// </summary>
    /// <returns>Done when the child and its pipes have ended.</returns>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_core.IsOnLoop || !_core.IsRunning)
        {
            Transport.Close();
        }
        else
        {
            _core.TryPost(new Message((Action)Transport.Close));
        }

        if (!_core.IsClosed)
        {
            await _protocol.Ended;
        }
    }

    /// <summary>Names the process and its state.</summary>
    /// <returns>For example <c>process 4711 'cat' running</c>.</returns>
    public override string ToString() => Transport.ToString()!;

    private static async Task<byte[]?> ReadAsync(LoopStream? stream, CancellationToken cancellationToken) =>
        stream is null ? null : await stream.ReadToEndAsync(limit: null, cancellationToken);

    private async Task FeedAsync(ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        if (Stdin is null)
        {
            return;
        }

        try
        {
            for (; !input.IsEmpty; input = input[Math.Min(FeedSize, input.Length)..])
            {
                await Stdin.WriteAsync(input[..Math.Min(FeedSize, input.Length)], cancellationToken);
            }
        }
        catch (ConnectionLostException)
        {
            // It has read as much as it wanted.
        }

        Stdin.Close();
    }

    private LoopStream? StreamOf(int descriptor) =>
        Transport.GetPipeTransport(descriptor) is PipeTransport { Protocol: StreamConnection connection }
            ? new LoopStream(connection)
            : null;

    private void CloseDropped()
    {
        if (ReturnCode is not null || Transport.IsClosing)
        {
            return;
        }

        _core.Errors.Report(new LoopExceptionContext("A process was dropped while it ran; it is killed.")
        {
            Kind = LoopErrorKind.ResourceLeak,
            Transport = Transport,
            Protocol = _protocol,
        });
        Transport.Close();
    }
}
