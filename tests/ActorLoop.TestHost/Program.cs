using ActorLoop.TestHost;

// A process of its own for tests that need one: the first argument says which part to play.
return args switch
{
    ["activation", .. string[] names] => await ActivationHost.RunAsync(names),
    _ => 2,
};
