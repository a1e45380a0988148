namespace ActorLoop.Scheduling;

/// <summary>An object that is its own message: posting it allocates nothing.</summary>
internal interface IMessage
{
    void Run();
}
