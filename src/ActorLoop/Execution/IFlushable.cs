namespace ActorLoop.Execution;

/// <summary>Something that collected output while a message ran and sends it when the message is over.</summary>
internal interface IFlushable
{
    void Flush();
}
