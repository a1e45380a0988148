using ActorLoop;
using UnixChat;

return ChatCommand.Run(args, options => EventLoop.Run(async (loop, stop) =>
{
    var room = new ChatRoom(options.MaxUnsent);

    // Each member is a task that reads lines; only this user may connect unless UnixServerOptions.Mode says otherwise.
    Server server = await loop.StartUnixServerAsync(room.ServeAsync, options.Path, cancellationToken: stop);
    Console.WriteLine($"listening on {options.Path}");

    // Run cancels this token on SIGINT and SIGTERM.
    var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    await using (stop.Register(stopped.SetResult))
    {
        await stopped.Task;
    }

    room.Say("* the room closes");
    await server.ShutdownAsync(drainTimeout: TimeSpan.FromSeconds(2));
    Console.WriteLine($"served {room.Joined} members, {room.Lines} lines, dropped {room.Dropped} slow members");
}));
