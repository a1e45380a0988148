namespace ActorLoop.Sockets;

/// <summary>One call that waits until its socket is ready.</summary>
internal abstract class SocketOperation
{
    /// <summary>The socket may be ready: tries once more.</summary>
    public abstract void Proceed();

    public abstract void Fail(Exception reason);

    /// <summary>Ends the call if another thread has canceled it and the loop has not got the message yet.</summary>
    public abstract void EndIfCanceled();
}
