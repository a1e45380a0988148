using ActorLoop.Execution;
using ActorLoop.Supervision;

namespace ActorLoop.Connections;

/// <summary>What a server over a group is made of, kept so that a new loop can be given its member.</summary>
internal sealed record ServerSpec(IPart Group, Func<StreamProtocol> Factory, ServerOptions Options, LeastLoadedPlacement? Sink)
{
    public SocketServer Create(LoopCore core, IEnumerable<ListeningSocket> sockets) => new(core, Factory, sockets, Options, Sink);
}
