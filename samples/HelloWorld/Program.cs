using ActorLoop;

// A callback prints a greeting and stops the loop that runs it.
using EventLoop loop = EventLoop.Create();

loop.CallSoon(() =>
{
    Console.WriteLine("Hello World");
    loop.Stop();
});

// Blocks until Stop; the callback runs in here, not inside CallSoon.
loop.RunForever();
