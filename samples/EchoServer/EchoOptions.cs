using ActorLoop;

namespace EchoServer;

/// <summary>What the command line asks for.</summary>
internal sealed record EchoOptions(string Host, int Port, int Loops, ConnectionPlacement Placement);
