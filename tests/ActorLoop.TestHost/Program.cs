using ActorLoop.TestHost;

// A process of its own for tests that need one; the first argument says which part it plays.
switch (args)
{
    case ["activation", .. string[] names]:
        await ActivationHost.RunAsync(names);
        break;
    default:
        EchoHost.Run();
        break;
}
