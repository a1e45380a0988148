using ActorLoop.Futures;
using ActorLoop.Processes;
using ActorLoop.Streams;

namespace ActorLoop;

/// <content>Child processes.</content>
public sealed partial class SelectorEventLoop
{
    /// <inheritdoc/>
    public override async Task<(ISubprocessTransport Transport, TProtocol Protocol)> SubprocessExecAsync<TProtocol>(
        Func<TProtocol> factory,
        string program,
        IReadOnlyList<string> arguments,
        SubprocessOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new SubprocessOptions();
        ArgumentNullException.ThrowIfNull(factory);
        CheckProcess(program, arguments, options, nameof(SubprocessExecAsync));
        return await ProcessStarter.StartAsync(
            Core, factory, ProcessStarter.PipeProtocol, (program, arguments, options), TaskToken.Or(cancellationToken));
    }

    /// <inheritdoc/>
    public override async Task<LoopProcess> StartProcessAsync(
        string program,
        IReadOnlyList<string> arguments,
        SubprocessOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new SubprocessOptions();
        CheckProcess(program, arguments, options, nameof(StartProcessAsync));
        var streams = new StreamOptions { Limit = options.StreamLimit };
        (_, ProcessProtocol protocol) = await ProcessStarter.StartAsync(
            Core,
            static () => new ProcessProtocol(),
            (_, _) => new StreamConnection(streams, handler: null),
            (program, arguments, options),
            TaskToken.Or(cancellationToken));
        return new LoopProcess(protocol);
    }

    private void CheckProcess(string program, IReadOnlyList<string> arguments, SubprocessOptions options, string member)
    {
        SubprocessArguments.Check(program, arguments, options);
        Core.ThrowIfClosed();
        SubprocessArguments.RequireSupport();
        RequireLoop(member);
    }
}
