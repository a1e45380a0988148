using System.CommandLine;
using ActorLoop.Benchmarks.Compare;
using ActorLoop.Benchmarks.Idle;
using ActorLoop.Benchmarks.Micro;
using ActorLoop.Benchmarks.Parts;
using ActorLoop.Benchmarks.SendFile;
using ActorLoop.Benchmarks.Serve;
using ActorLoop.Benchmarks.Spawn;
using ActorLoop.Benchmarks.UdpBulk;

var root = new RootCommand("Measures ActorLoop and its peers.")
{
    CompareCommand.Create(),
    PartsCommand.CreateParts(),
    PartsCommand.CreateActors(),
    IdleCommand.Create(),
    MicroCommand.Create(),
    SendFileCommand.Create(),
    UdpBulkCommand.Create(),
    SpawnCommand.Create(),
    ServeCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
