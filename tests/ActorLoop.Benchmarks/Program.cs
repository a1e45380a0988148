using System.CommandLine;
using ActorLoop.Benchmarks.Compare;
using ActorLoop.Benchmarks.Serve;

var root = new RootCommand("Measures ActorLoop and its peers.")
{
    CompareCommand.Create(),
    ServeCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
