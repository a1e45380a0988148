using System.CommandLine;
using ActorLoop.Benchmarks.Compare;
using ActorLoop.Benchmarks.Idle;
using ActorLoop.Benchmarks.Load;
using ActorLoop.Benchmarks.Micro;
using ActorLoop.Benchmarks.Parts;
using ActorLoop.Benchmarks.Serve;

var root = new RootCommand("Measures ActorLoop and its peers.")
{
    CompareCommand.Create(),
    PartsCommand.Create(),
    IdleCommand.Create(),
    MicroCommand.Create(),
    ServeCommand.Create(),
    TlsLoadCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
