using System.Runtime.CompilerServices;
using ActorLoop.Execution;
using ActorLoop.Supervision;

namespace ActorLoop.Transports;

/// <summary>Decides what becomes of connections whose protocol threw. Shared by the connections of a server, also on several loops.</summary>
/// <param name="strategy">What the user wants.</param>
/// <param name="factory">Makes the protocol that takes over after a restart; null if a restart ends the connection.</param>
internal sealed class ConnectionSupervision(SupervisorStrategy strategy, Func<StreamProtocol>? factory)
{
    // Only connections that were restarted are in here.
    private readonly ConditionalWeakTable<ITransport, ChildRestartStats> _restarts = [];

    /// <summary>Null where the user leaves it to asyncio's rule.</summary>
    public static ConnectionSupervision? Of(SupervisorStrategy? strategy, RestartMode mode, Func<StreamProtocol> factory) =>
        strategy is null ? null : new ConnectionSupervision(strategy, mode == RestartMode.KeepTransport ? factory : null);

    /// <summary>A callback threw: decides, reports, and does it.</summary>
    public void Failed(ISupervisedTransport transport, string callback, Exception failure)
    {
        LoopCore core = transport.Loop.Core;
        Directive directive = Decide(core, transport, callback, failure);
        if (strategy.ReportFailures)
        {
            string what = directive == Directive.Stop
                ? $"Fatal error: protocol.{callback}() call failed."
                : $"protocol.{callback}() call failed; its supervisor decided: {directive}.";
            Report(core, transport, what, failure);
        }

        switch (directive)
        {
            case Directive.Resume:
                break;
            case Directive.Restart:
                StartOver(core, transport, failure);
                break;
            case Directive.Escalate:
                transport.Escalate(failure);
                break;
            default:
                transport.EndBecauseOf(failure);
                break;
        }
    }

    private Directive Decide(LoopCore core, ISupervisedTransport transport, string callback, Exception failure)
    {
        Directive directive;
        try
        {
            directive = strategy.Decider.Decide(failure);
        }
        catch (Exception broken) when (broken is not FatalLoopException)
        {
            // Not escalated: whatever peers make a connection do must not spend the budget of its server.
            Report(core, transport, "The decider of a connection failed; the connection is stopped.", broken);
            return Directive.Stop;
        }

        return directive switch
        {
            // Nothing was taken from the kernel: dropping the call would only lead to the same call again.
            Directive.Resume when callback == nameof(BufferedProtocol.GetBuffer) => Directive.Stop,
            Directive.Restart when factory is null || !transport.CanStartOver => Directive.Stop,
            Directive.Restart when !MayRestart(core, transport) =>
                strategy.OnExhausted == OnExhausted.Escalate ? Directive.Escalate : Directive.Stop,
            _ when !Enum.IsDefined(directive) => Directive.Stop,
            _ => directive,
        };
    }

    private bool MayRestart(LoopCore core, ITransport transport) =>
        _restarts.GetValue(transport, static _ => new ChildRestartStats()).RequestRestart(strategy, core.Clock.Ticks);

    /// <summary>The old protocol hears of the end, and a new one gets the connection as if it had just been made.</summary>
    private void StartOver(LoopCore core, ISupervisedTransport transport, Exception failure)
    {
        BaseProtocol old = transport.Protocol;
        StreamProtocol fresh;
        try
        {
            fresh = factory!() ?? throw new InvalidOperationException("The protocol factory returned null.");
        }
        catch (Exception broken) when (broken is not FatalLoopException)
        {
            Report(core, transport, "Making a new protocol for a connection failed; the connection is stopped.", broken);
            transport.EndBecauseOf(failure);
            return;
        }

        // Set first: should the old one close the connection in its last call, the end is the new one's to hear of.
        transport.Protocol = fresh;
        Guard(core, transport, nameof(BaseProtocol.ConnectionLost), () => old.ConnectionLost(failure));
        transport.ResumeReading();
        if (Guard(core, transport, nameof(StreamProtocol.ConnectionMade), () => fresh.ConnectionMade(transport)) is { } again)
        {
            // A protocol that cannot start would not start the next time either.
            transport.EndBecauseOf(again);
        }
        else if (transport.IsProtocolPaused)
        {
            _ = Guard(core, transport, nameof(BaseProtocol.PauseWriting), fresh.PauseWriting);
        }
    }

    private static Exception? Guard(LoopCore core, ITransport transport, string callback, Action call)
    {
        try
        {
            call();
            return null;
        }
        catch (Exception failure) when (failure is not FatalLoopException)
        {
            Report(core, transport, $"protocol.{callback}() call failed while the protocol was replaced.", failure);
            return failure;
        }
    }

    private static void Report(LoopCore core, ITransport transport, string what, Exception failure) =>
        core.Errors.Report(new LoopExceptionContext(what)
        {
            Kind = LoopErrorKind.Protocol,
            Exception = failure,
            Transport = transport,
            Protocol = transport.Protocol,
        });
}
