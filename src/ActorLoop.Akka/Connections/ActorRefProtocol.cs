using ActorLoop.Akka.Supervision;
using Akka.Actor;

namespace ActorLoop.Akka;

/// <summary>
/// Turns a connection into messages to an actor, and the actor's messages into calls of the transport. For servers and clients made by
/// <see cref="ActorLoopExtension"/>.
/// </summary>
/// <remarks>
/// <para>
/// The actor gets <see cref="ConnectionEvent"/>s and sends <see cref="ConnectionCommand"/>s to their
/// <see cref="ConnectionEvent.Connection"/>. What it received it acknowledges; reading pauses while too much is not.
/// </para>
/// <para>When the actor ends, its connection is aborted.</para>
/// <para>Each read is copied once, into a message. Protocols that need none of that cost are written as protocols.</para>
/// </remarks>
public sealed class ActorRefProtocol : Protocol, ICommandTarget
{
    private const string HandlerName = "handler";

    private readonly ActorRefProtocolOptions _options;
    private readonly Props? _props;
    private IActorRef? _handler;
    private IActorRef? _connection;
    private ITransport? _transport;
    private long _unacknowledged;
    private bool _isFull;
    private bool _isPaused;

    /// <summary>All messages go to an actor that is there.</summary>
    /// <param name="handler">The actor.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    public ActorRefProtocol(IActorRef handler, ActorRefProtocolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _handler = handler;
        _options = options ?? ActorRefProtocolOptions.Default;
    }

    /// <summary>
    /// Each connection gets an actor of its own, a child of the connection's actor named <c>handler</c>, on the connection's loop
    /// unless the props name a dispatcher.
    /// </summary>
    /// <param name="handler">How the actor is made.</param>
    /// <param name="options">Further options; null is all defaults.</param>
    public ActorRefProtocol(Props handler, ActorRefProtocolOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _props = handler;
        _options = options ?? ActorRefProtocolOptions.Default;
    }

    /// <inheritdoc/>
    public override void ConnectionMade(ITransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        _transport = transport;
        if (_connection is null)
        {
            // Nobody can answer before the actor of the connection is there.
            transport.PauseReading();
        }
        else
        {
            Begin();
        }
    }

    /// <inheritdoc/>
    public override void DataReceived(ReadOnlySpan<byte> data)
    {
        _unacknowledged += data.Length;
        if (_unacknowledged >= _options.MaxUnacknowledged)
        {
            _isFull = true;
            _transport!.PauseReading();
        }

        Tell(new ConnectionEvent.Received(_connection!, data.ToArray()));
    }

    /// <inheritdoc/>
    public override bool EofReceived()
    {
        Tell(new ConnectionEvent.PeerClosed(_connection!));
        return _options.KeepOpenOnPeerClosed;
    }

    /// <inheritdoc/>
    public override void PauseWriting() => Tell(new ConnectionEvent.WritingPaused(_connection!));

    /// <inheritdoc/>
    public override void ResumeWriting() => Tell(new ConnectionEvent.WritingResumed(_connection!));

    /// <inheritdoc/>
    public override void ConnectionLost(Exception? exception)
    {
        if (_connection is not null)
        {
            Tell(new ConnectionEvent.Closed(_connection, exception));
        }
    }

    void ICommandTarget.Attached(IActorRef connection, IActorContext context)
    {
        _connection = connection;
        if (_props is not null)
        {
            IActorRef handler = context.Child(HandlerName);
            _handler = handler.IsNobody() ? context.ActorOf(Placed(_props, context), HandlerName) : handler;
        }

        context.Watch(_handler);
        if (_transport is not null)
        {
            Begin();
            _transport.ResumeReading();
        }
    }

    bool ICommandTarget.Execute(object message)
    {
        switch (message)
        {
            case ConnectionCommand.Write write:
                _transport!.Write(write.Data.Span);
                return true;
            case ConnectionCommand.Acknowledge acknowledge:
                _unacknowledged = Math.Max(0, _unacknowledged - acknowledge.Bytes);
                if (_isFull && _unacknowledged <= _options.MaxUnacknowledged / 2)
                {
                    _isFull = false;
                    ResumeIfAllowed();
                }

                return true;
            case ConnectionCommand.PauseReading:
                _isPaused = true;
                _transport!.PauseReading();
                return true;
            case ConnectionCommand.ResumeReading:
                _isPaused = false;
                ResumeIfAllowed();
                return true;
            case ConnectionCommand.WriteEof:
                _transport!.WriteEof();
                return true;
            case ConnectionCommand.Close:
                _transport!.Close();
                return true;
            case ConnectionCommand.Abort:
            case AkkaTerminated:
                _transport!.Abort();
                return true;
            default:
                return false;
        }
    }

    /// <summary>On the loop of the connection, unless the user wants it elsewhere.</summary>
    private static Props Placed(Props props, IActorContext context) =>
        props.Deploy.Dispatcher == Deploy.NoDispatcherGiven ? props.WithDispatcher(context.Props.Dispatcher) : props;

    private void Begin() =>
        Tell(new ConnectionEvent.Connected(_connection!, _transport!.LocalEndPoint, _transport.RemoteEndPoint));

    private void ResumeIfAllowed()
    {
        if (!_isFull && !_isPaused)
        {
            _transport!.ResumeReading();
        }
    }

    private void Tell(ConnectionEvent message) => _handler!.Tell(message, _connection);
}
