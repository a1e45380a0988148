using System.Net.Sockets;
using Akka.Actor;

namespace ActorLoop.Akka.Supervision;

/// <summary>A loop as its actor sees it: what stays the same when a lost loop is replaced. Thread: any.</summary>
internal sealed class SupervisedLoop
{
    private readonly Func<EventLoopThread>? _start;
    private readonly EventLoopGroup? _group;
    private readonly LoopDispatcher _dispatcher;
    private readonly TaskCompletionSource<IActorRef> _created = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lastName;
    private volatile EventLoopThread? _thread;

    public SupervisedLoop(LoopDispatcher dispatcher, string dispatcherId, string name, EventLoopGroup? group = null)
    {
        _dispatcher = dispatcher;
        DispatcherId = dispatcherId;
        Name = name;
        _group = group;
    }

    public SupervisedLoop(
        LoopDispatcher dispatcher, string dispatcherId, string name, EventLoopThread thread, Func<EventLoopThread> start)
        : this(dispatcher, dispatcherId, name)
    {
        _thread = thread;
        _start = start;
    }

    /// <summary>Name of the actor.</summary>
    public string Name { get; }

    public string DispatcherId { get; }

    public EventLoop Loop => _dispatcher.Loop;

    /// <summary>The thread, if it is ours to replace.</summary>
    public EventLoopThread? Thread => _thread;

    /// <summary>Whether the end of the thread is wanted.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>The actor, once it is there.</summary>
    public Task<IActorRef> Created => _created.Task;

    public void TellCreated(IActorRef actor) => _created.TrySetResult(actor);

    public void BeginStop() => IsStopping = true;

    public int NextNumber() => Interlocked.Increment(ref _lastName);

    /// <summary>Opens an acceptor; a group spreads the connections over its loops.</summary>
    public Task<Server> CreateServerAsync(Func<StreamProtocol> factory, Socket socket, ServerOptions options) =>
        _group is not null
            ? _group.CreateServerAsync(factory, socket, options)
            : Loop.CreateServerAsync(factory, socket, options);

    /// <summary>Starts a new thread in place of the one that was lost; the dispatcher moves over.</summary>
    public void Replace()
    {
        if (_start is null)
        {
            throw new InvalidOperationException($"Loop '{Name}' is not ours to start again.");
        }

        EventLoopThread thread = _start();
        _thread = thread;
        _dispatcher.MoveTo(thread.Loop);
    }
}
