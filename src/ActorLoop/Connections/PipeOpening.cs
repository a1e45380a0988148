using ActorLoop.Execution;
using ActorLoop.Transports;

namespace ActorLoop.Connections;

/// <summary>Makes a transport of a pipe: over the selector where it can watch the descriptor, else over threads.</summary>
internal static class PipeOpening
{
    /// <summary>Completes when the protocol knows its transport. The pipe is given back if it cannot be taken.</summary>
    public static async Task<(IReadTransport Transport, TProtocol Protocol)> ReadAsync<TProtocol>(
        LoopCore core, Func<TProtocol> factory, PipeDescriptor pipe, CancellationToken cancellationToken)
        where TProtocol : StreamProtocol
    {
        (PipeTransport transport, TProtocol protocol) =
            Open(factory, pipe, given => Reader(core, Prepare(core, pipe), given), cancellationToken);
        await StartAsync(transport, cancellationToken);
        return (transport, protocol);
    }

    /// <inheritdoc cref="ReadAsync"/>
    public static async Task<(IWriteTransport Transport, TProtocol Protocol)> WriteAsync<TProtocol>(
        LoopCore core, Func<TProtocol> factory, PipeDescriptor pipe, CancellationToken cancellationToken)
        where TProtocol : StreamProtocol
    {
        (PipeTransport transport, TProtocol protocol) =
            Open(factory, pipe, given => Writer(core, Prepare(core, pipe), given), cancellationToken);
        await StartAsync(transport, cancellationToken);
        return (transport, protocol);
    }

    private static (PipeTransport Transport, TProtocol Protocol) Open<TProtocol>(
        Func<TProtocol> factory,
        PipeDescriptor pipe,
        Func<StreamProtocol, PipeTransport> open,
        CancellationToken cancellationToken)
        where TProtocol : StreamProtocol
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            TProtocol protocol = factory() ?? throw new InvalidOperationException("The protocol factory returned null.");
            return (open(protocol), protocol);
        }
        catch
        {
            pipe.GiveBack();
            throw;
        }
    }

    private static PipeDescriptor Prepare(LoopCore core, PipeDescriptor pipe)
    {
        if (core.Registrations.Find(pipe.Descriptor) is { } held)
        {
            if (held.Owner is not PipeTransport)
            {
                throw new InvalidOperationException(
                    $"Descriptor {pipe.Descriptor} is used by this loop already: {held.Owner?.ToString() ?? "it is watched"}.");
            }

            // The master of a terminal is one descriptor that is both read and written.
            pipe.Duplicate();
        }

        return pipe;
    }

    private static PipeTransport Reader(LoopCore core, PipeDescriptor pipe, StreamProtocol protocol)
    {
        if (pipe.Kind != PipeKind.File)
        {
            try
            {
                pipe.MakeNonBlocking();
                return new ReadPipeTransport(core, pipe, protocol);
            }
            catch (Exception failure) when (failure is IOException or ArgumentException)
            {
                // Some devices, such as /dev/zero, cannot be watched; like files they are always ready. A selector for sockets
                // watches no pipes at all.
                pipe.MakeBlocking();
            }
        }

        return new ReadFileTransport(core, pipe, protocol, core.Loop.DefaultExecutor());
    }

    private static PipeTransport Writer(LoopCore core, PipeDescriptor pipe, StreamProtocol protocol)
    {
        if (pipe.Kind != PipeKind.File)
        {
            try
            {
                pipe.MakeNonBlocking();
                return new WritePipeTransport(core, pipe, protocol);
            }
            catch (Exception failure) when (failure is IOException or ArgumentException)
            {
                // As above: /dev/null is the usual one.
                pipe.MakeBlocking();
            }
        }

        return new WriteFileTransport(core, pipe, protocol, core.Loop.DefaultExecutor());
    }

    private static async Task StartAsync(PipeTransport transport, CancellationToken cancellationToken)
    {
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        transport.PostStart(() => made.TrySetResult());
        await made.Task;
        if (!transport.IsMade)
        {
            throw new LoopClosedException(transport.Loop.Name);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            transport.Abort();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
