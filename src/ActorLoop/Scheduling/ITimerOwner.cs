namespace ActorLoop.Scheduling;

/// <summary>Whoever must take a canceled timer out of its queue.</summary>
internal interface ITimerOwner
{
    void TimerCanceled(TimerHandle timer);
}
