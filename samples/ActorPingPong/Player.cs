using ActorLoop;

namespace ActorPingPong;

/// <summary>Plays every ball back until it has crossed the net often enough.</summary>
internal sealed class Player(Action finished) : Actor<Ball>
{
    // Called on the thread of the actor's loop, one message at a time: no field of an actor needs a lock.
    protected override void Receive(Ball ball)
    {
        if (ball.Left == 0)
        {
            finished();
        }
        else
        {
            ball.To.Tell(new Ball(ball.Left - 1, To: ball.From, From: Context.Self));
        }
    }
}
