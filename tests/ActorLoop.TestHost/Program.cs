using ActorLoop.TestHost;

// A process of its own for tests that need one; the first argument says which part it plays.
switch (args)
{
    case ["activation", .. string[] names]:
        await ActivationHost.RunAsync(names);
        break;
    case ["kind", string kind]:
        KindHost.Run(kind);
        break;
    case ["shutdown", "group"]:
        await ShutdownHost.RunGroupAsync();
        break;
    case ["shutdown", "loop"]:
        ShutdownHost.RunLoop();
        break;
    default:
        EchoHost.Run();
        break;
}
