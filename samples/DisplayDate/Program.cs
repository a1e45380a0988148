using ActorLoop;

// Prints the time once a second for five seconds. The callback schedules itself again; a timer fires once.
using EventLoop loop = EventLoop.Create();
TimeSpan end = loop.Time + TimeSpan.FromSeconds(5);

loop.CallSoon(DisplayDate);
loop.RunForever();

void DisplayDate()
{
    Console.WriteLine(loop.TimeProvider.GetLocalNow());
    if (loop.Time + TimeSpan.FromSeconds(1) < end)
    {
        loop.CallLater(TimeSpan.FromSeconds(1), DisplayDate);
    }
    else
    {
        loop.Stop();
    }
}
