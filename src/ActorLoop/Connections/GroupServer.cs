using System.Diagnostics;
using System.Net;
using ActorLoop.Execution;
using ActorLoop.Futures;
using ActorLoop.Supervision;

namespace ActorLoop.Connections;

/// <summary>A server over all loops of a group: one member server per loop, addressed as one.</summary>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed partial class GroupServer : Server
{
    private volatile SocketServer[] _members;
    private readonly Lock _gate = new();
    private TaskCompletionSource? _forever;
    private bool _closed;

    private GroupServer(SocketServer[] members, ServerSpec spec)
    {
        _members = members;
        _spec = spec;
        _ended = EndAsync();
    }

    public override EventLoop Loop => _members[0].Loop;

    public override bool IsServing => Array.Exists(_members, member => member.IsServing);

    public override IReadOnlyList<EndPoint> EndPoints =>
        Array.Find(_members, member => member.EndPoints.Count > 0)?.EndPoints ?? [];

    public override int ConnectionCount => _members.Sum(member => member.ConnectionCount);

    public override long AcceptedCount => Interlocked.Read(ref _acceptedBefore) + _members.Sum(member => member.AcceptedCount);

    public static GroupServer Create(
        IPart group,
        LoopCore[] loops,
        Func<StreamProtocol> factory,
        IReadOnlyList<IPEndPoint> endPoints,
        ServerOptions options,
        ConnectionPlacement placement)
    {
        if (placement == ConnectionPlacement.LeastLoaded)
        {
            return Create(group, loops, factory, ListeningSockets.Bind(endPoints, options.ReusePort), options);
        }

        List<List<ListeningSocket>> bound = BindForEach(loops.Length, endPoints);
        var spec = new ServerSpec(group, factory, options with { Name = SocketServer.NameOf(options) }, Sink: null);
        return new GroupServer([.. loops.Select((core, i) => spec.Create(core, bound[i]))], spec);
    }

    /// <summary>The first loop accepts on all sockets, and the connections are spread by load.</summary>
    public static GroupServer Create(
        IPart group,
        LoopCore[] loops,
        Func<StreamProtocol> factory,
        IReadOnlyList<ListeningSocket> sockets,
        ServerOptions options)
    {
        var sink = new LeastLoadedPlacement();
        var spec = new ServerSpec(group, factory, options with { Name = SocketServer.NameOf(options) }, sink);
        SocketServer[] members = [.. loops.Select((core, i) => spec.Create(core, i == 0 ? sockets : []))];
        sink.SetMembers(members);
        return new GroupServer(members, spec);
    }

    public override Task StartServingAsync() => Task.WhenAll(_members.Select(member => member.StartServingAsync()));

    public override async Task ServeForeverAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken = TaskToken.Or(cancellationToken);
        TaskCompletionSource forever = BeginForever();
        try
        {
            await StartServingAsync();
            await forever.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Close();
            await WaitClosedAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            forever.TrySetCanceled(CancellationToken.None);
        }
    }

    public override void Close()
    {
        TaskCompletionSource? forever;
        lock (_gate)
        {
            _closed = true;
            forever = _forever;
        }

        foreach (SocketServer member in _members)
        {
            member.Close();
        }

        forever?.TrySetCanceled();
    }

    public override Task WaitClosedAsync(CancellationToken cancellationToken = default) => _ended.WaitAsync(cancellationToken);

    public override void CloseClients() => Array.ForEach(_members, member => member.CloseClients());

    public override void AbortClients() => Array.ForEach(_members, member => member.AbortClients());

    public override Task<int> ShutdownAsync(TimeSpan drainTimeout) =>
        ServerShutdown.RunAsync(this, drainTimeout, _members[0].Loop.Core.TimeProvider);

    internal override Task CloseAsync()
    {
        Close();
        return Task.WhenAll(_members.Select(member => member.CloseAsync()));
    }

    public override string ToString() => $"{_members[0]} over {_members.Length} loops";

    /// <summary>The first loop finds the free port, the others share it.</summary>
    private static List<List<ListeningSocket>> BindForEach(int loops, IReadOnlyList<IPEndPoint> endPoints)
    {
        List<List<ListeningSocket>> bound = [];
        try
        {
            for (int i = 0; i < loops; i++)
            {
                bound.Add(ListeningSockets.Bind(endPoints, reusePort: true));
                endPoints = [.. bound[0].Select(socket => (IPEndPoint)socket.EndPoint)];
            }

            return bound;
        }
        catch
        {
            bound.ForEach(sockets => sockets.ForEach(socket => socket.Close()));
            throw;
        }
    }

    private TaskCompletionSource BeginForever()
    {
        lock (_gate)
        {
            if (_closed)
            {
                throw new InvalidOperationException($"{this} is closed; create a new one.");
            }

            if (_forever is { Task.IsCompleted: false })
            {
                throw new InvalidOperationException($"{this} is serving for ever already.");
            }

            return _forever = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
