using ActorLoop.Supervision;
using ActorLoop.TestKit;
using Xunit;

namespace ActorLoop.Tests.Supervision;

/// <summary>Nodes that are no actors, as connections are: adopted when they work already, and cheap.</summary>
public sealed class NodeTests : IDisposable
{
    private readonly TestLoop _test = new(options => new ManualClock().CreateLoop(options), new EventLoopOptions
    {
        Name = "edge",
        ActorStrategy = SupervisorStrategy.Stopping,
    });

    private RootCell Root => _test.Loop.Actors.Root;

    public void Dispose() => _test.Dispose();

    [Theory(DisplayName = "SU-81 A failing node is dealt with before the call that reports the failure returns")]
    [InlineData(Directive.Stop, "PostStop")]
    [InlineData(Directive.Resume, "")]
    [InlineData(Directive.Restart, "PreRestart PostRestart")]
    public void Fail_OfANode_IsDecidedAtOnce(Directive directive, string calls)
    {
        _test.Loop.RunUntilComplete(() =>
        {
            var server = new Node(Root, new OneForOneStrategy { Decider = Decider.From(directive) });
            Root.AdoptRunning(server);
            var connection = new Node(server, SupervisorStrategy.Default);
            server.AdoptRunning(connection);
            Assert.Equal("edge/node-1/node-1", connection.Path);
            connection.Break();

            Assert.Equal(calls, string.Join(' ', connection.Calls));
            Assert.Equal(directive == Directive.Stop, connection.IsTerminated);
            Assert.False(server.IsTerminated);
            return Task.CompletedTask;
        });
        _test.Loop.Close();
        Assert.Equal(0, _test.Loop.Statistics.Actors);
    }

    [Fact(DisplayName = "SU-82 A node costs at most 120 bytes until something happens to it")]
    public void Node_OnTheSuccessPath_IsSmall()
    {
        const int Nodes = 5_000;
        var server = new Node(Root, SupervisorStrategy.Default);
        Root.AdoptRunning(server);
        var list = new List<string>();
        Node[] all = new Node[Nodes];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Nodes; i++)
        {
            all[i] = new Node(server, SupervisorStrategy.Default, list);
            server.AdoptRunning(all[i]);
        }

        // The three fields of this test's own class are not the engine's.
        long each = ((GC.GetAllocatedBytesForCurrentThread() - before) / Nodes) - (3 * nint.Size);
        Assert.InRange(each, 1, 120);
        Assert.Equal(Nodes + 1, _test.Loop.Statistics.Actors);
    }

    private sealed class Node(Cell parent, SupervisorStrategy strategy, List<string>? calls = null) : Cell(parent.Host, parent, name: null)
    {
        private bool _hasInstance = true;

        public List<string> Calls { get; } = calls ?? [];

        public override ActorOptions Options => ActorOptions.Default;

        public override ActorRef Ref => throw new NotSupportedException();

        protected override string NamePrefix => "node-";

        protected override bool HasInstance => _hasInstance;

        protected override SupervisorStrategy ChildStrategy => strategy;

        public void Break() => Fail(new FormatException("broken"), message: null);

        protected override void CreateInstance() => _hasInstance = true;

        protected override void DropInstance() => _hasInstance = false;

        protected override void PreStart() => Calls.Add(nameof(PreStart));

        protected override void PostStop() => Calls.Add(nameof(PostStop));

        protected override void PreRestart(Exception reason, object? message) => Calls.Add(nameof(PreRestart));

        protected override void PostRestart(Exception reason) => Calls.Add(nameof(PostRestart));

        protected override void Activate()
        {
        }
    }
}
