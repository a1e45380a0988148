using ActorLoop.Execution;

namespace ActorLoop.Processes;

/// <summary>Starts children on a loop that has a selector, and waits until their protocol knows them.</summary>
internal static class ProcessStarter
{
    /// <summary>For the protocols of <c>SubprocessExecAsync</c>.</summary>
    public static StreamProtocol PipeProtocol(SubprocessTransport child, int descriptor) =>
        descriptor == 0 ? new InputProtocol(child) : new OutputProtocol(child, descriptor);

    public static async Task<(SubprocessTransport Transport, TProtocol Protocol)> StartAsync<TProtocol>(
        LoopCore core,
        Func<TProtocol> factory,
        Func<SubprocessTransport, int, StreamProtocol> pipeProtocol,
        (string Program, IReadOnlyList<string> Arguments, SubprocessOptions Options) what,
        CancellationToken cancellationToken)
        where TProtocol : SubprocessProtocol
    {
        cancellationToken.ThrowIfCancellationRequested();
        (SubprocessTransport transport, TProtocol protocol) = Spawn(core, factory, pipeProtocol, what);
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        transport.PostStart(() => made.TrySetResult());
        await made.Task;
        if (cancellationToken.IsCancellationRequested)
        {
            // Nobody would ever get hold of the child: it is killed, and collected as always.
            transport.Close();
            cancellationToken.ThrowIfCancellationRequested();
        }

        // The loop may have been closed in between.
        return transport.IsMade ? (transport, protocol) : throw new LoopClosedException(core.Name);
    }

    private static (SubprocessTransport Transport, TProtocol Protocol) Spawn<TProtocol>(
        LoopCore core,
        Func<TProtocol> factory,
        Func<SubprocessTransport, int, StreamProtocol> pipeProtocol,
        (string Program, IReadOnlyList<string> Arguments, SubprocessOptions Options) what)
        where TProtocol : SubprocessProtocol
    {
        // Before the start: a factory that throws leaves no child behind.
        TProtocol protocol = factory() ?? throw new InvalidOperationException("The protocol factory returned null.");
        using var descriptors = new ChildDescriptors(what.Options);
        (int Process, int Pidfd) child = ChildSpawner.Spawn(what.Program, what.Arguments, what.Options, descriptors);
        var transport = new SubprocessTransport(
            core, protocol, child, (what.Program, what.Options), descriptors, pipeProtocol);
        return (transport, protocol);
    }
}
