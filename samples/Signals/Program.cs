using ActorLoop;
using Signals;

// EventLoop.Run would answer SIGINT and SIGTERM itself; here the program decides what each signal means.
return SignalsCommand.Run(args, options =>
{
    using EventLoop loop = EventLoop.Create();
    return loop.RunUntilComplete(() => new GreetingServer(loop, options).RunAsync());
});
