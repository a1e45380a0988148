using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ActorLoop.Connections;
using ActorLoop.Futures;
using ActorLoop.Transports;

namespace ActorLoop;

/// <content>Pipes.</content>
public sealed partial class SelectorEventLoop
{
    /// <inheritdoc/>
    public override Task<(IReadTransport Transport, TProtocol Protocol)> ConnectReadPipeAsync<TProtocol>(
        Func<TProtocol> factory, SafeHandle pipe, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return ReadPipeAsync(factory, pipe, pipe, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<(IReadTransport Transport, TProtocol Protocol)> ConnectReadPipeAsync<TProtocol>(
        Func<TProtocol> factory, Stream pipe, CancellationToken cancellationToken = default) =>
        ReadPipeAsync(factory, HandleOf(pipe), pipe, cancellationToken);

    /// <inheritdoc/>
    public override Task<(IReadTransport Transport, TProtocol Protocol)> ConnectReadPipeAsync<TProtocol>(
        Func<TProtocol> factory, Socket pipe, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return ReadPipeAsync(factory, pipe.SafeHandle, pipe, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<(IWriteTransport Transport, TProtocol Protocol)> ConnectWritePipeAsync<TProtocol>(
        Func<TProtocol> factory, SafeHandle pipe, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return WritePipeAsync(factory, pipe, pipe, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<(IWriteTransport Transport, TProtocol Protocol)> ConnectWritePipeAsync<TProtocol>(
        Func<TProtocol> factory, Stream pipe, CancellationToken cancellationToken = default) =>
        WritePipeAsync(factory, HandleOf(pipe), pipe, cancellationToken);

    /// <inheritdoc/>
    public override Task<(IWriteTransport Transport, TProtocol Protocol)> ConnectWritePipeAsync<TProtocol>(
        Func<TProtocol> factory, Socket pipe, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return WritePipeAsync(factory, pipe.SafeHandle, pipe, cancellationToken);
    }

    private static SafeHandle HandleOf(Stream pipe)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return pipe switch
        {
            FileStream file => file.SafeFileHandle,
            PipeStream stream => stream.SafePipeHandle,
            _ => throw new ArgumentException(
                $"A {pipe.GetType().Name} has no descriptor; a FileStream or a PipeStream is needed.", nameof(pipe)),
        };
    }

    private Task<(IReadTransport Transport, TProtocol Protocol)> ReadPipeAsync<TProtocol>(
        Func<TProtocol> factory, SafeHandle handle, IDisposable pipe, CancellationToken cancellationToken)
        where TProtocol : StreamProtocol
    {
        CheckPipe(factory, handle, nameof(ConnectReadPipeAsync));
        PipeDescriptor descriptor = PipeDescriptor.Adopt(handle, pipe, forReading: true);
        return PipeOpening.ReadAsync(Core, factory, descriptor, TaskToken.Or(cancellationToken));
    }

    private Task<(IWriteTransport Transport, TProtocol Protocol)> WritePipeAsync<TProtocol>(
        Func<TProtocol> factory, SafeHandle handle, IDisposable pipe, CancellationToken cancellationToken)
        where TProtocol : StreamProtocol
    {
        CheckPipe(factory, handle, nameof(ConnectWritePipeAsync));
        PipeDescriptor descriptor = PipeDescriptor.Adopt(handle, pipe, forReading: false);
        return PipeOpening.WriteAsync(Core, factory, descriptor, TaskToken.Or(cancellationToken));
    }

    private void CheckPipe(Delegate factory, SafeHandle pipe, string member)
    {
        ArgumentNullException.ThrowIfNull(factory);
        if (pipe.IsClosed || pipe.IsInvalid)
        {
            throw new ArgumentException("The pipe is closed.", nameof(pipe));
        }

        Core.ThrowIfClosed();
        RequireLinux();
        RequireLoop(member);
    }
}
