using System.Net.Sockets;
using ActorLoop.Execution;
using ActorLoop.Mailboxes;
using ActorLoop.Scheduling;

namespace ActorLoop.Transports;

/// <summary>
/// An operation that the system works on, and the message that says it is over. Made once, used for one operation after the other.
/// </summary>
/// <remarks>
/// Everything is the loop's thread's, except for the moment of the completion itself: that one comes on a thread of .NET and does
/// nothing but post. An operation that is over at once is posted too, so that it costs no change of threads, and nobody who always
/// has something to do can keep a turn from ending.
/// </remarks>
internal sealed class Completion(LoopCore core, ICompletionOwner owner)
    : SocketAsyncEventArgs(true), IMessage
{
    /// <summary>The context in which the owner hears of it.</summary>
    public ExecutionContext? Context { get; set; }

    /// <summary>Whether the system, or the mailbox, still has it: its buffer must be left alone.</summary>
    public bool IsPending { get; private set; }

    /// <summary>Starts to receive a datagram, with its sender if there is a <c>RemoteEndPoint</c>. False: it is over already, and the
    /// owner is not told.</summary>
    public bool TryReceiveDatagram(Socket socket) => TryStart(
        socket,
        static (socket, completion) =>
            completion.RemoteEndPoint is null ? socket.ReceiveAsync(completion) : socket.ReceiveFromAsync(completion));

    public void Receive(Socket socket) => Start(socket, static (socket, completion) => socket.ReceiveAsync(completion));

    public void Send(Socket socket) => Start(socket, static (socket, completion) => socket.SendAsync(completion));

    public void SendTo(Socket socket) => Start(socket, static (socket, completion) => socket.SendToAsync(completion));

    public void Connect(Socket socket) => Start(socket, static (socket, completion) => socket.ConnectAsync(completion));

    /// <summary>Starts to accept. False: it is over already, and the owner is not told.</summary>
    public bool TryAccept(Socket socket)
    {
        AcceptSocket = null;
        return TryStart(socket, static (socket, completion) => socket.AcceptAsync(completion));
    }

    /// <summary>Has the owner hear of it in a turn to come, although the system has nothing to do. Also before a run.</summary>
    public void PostAgain()
    {
        IsPending = true;
        core.Post(new Message(this, null, Context));
    }

    void IMessage.Run()
    {
        IsPending = false;
        owner.Completed(this);
    }

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        // Straight into the mailbox: the end of an operation is not counted against its capacity, nor among the dead letters.
        if (core.Mailbox.Post(new Message(this, null, Context)) == PostResult.Closed)
        {
            // The loop is closed. Its memory goes with it, so that nothing is given back to a pool here.
            DropAccepted();
            Dispose();
        }
    }

    private void DropAccepted()
    {
        if (AcceptSocket is { } accepted)
        {
            AcceptSocket = null;
            accepted.Dispose();
        }
    }

    private void Start(Socket socket, Func<Socket, Completion, bool> begin)
    {
        if (!TryStart(socket, begin))
        {
            IsPending = true;
            core.PostLocal(new Message(this, null, Context));
        }
    }

    private bool TryStart(Socket socket, Func<Socket, Completion, bool> begin)
    {
        // Said before: the completion may come before the call returns.
        IsPending = true;
        bool pending;
        try
        {
            pending = begin(socket, this);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            SocketError = (failure as SocketException)?.SocketErrorCode ?? SocketError.OperationAborted;
            pending = false;
        }
        catch (ArgumentException)
        {
            // The base class library has no room for the name of whoever was accepted.
            SocketError = SocketError.ConnectionAborted;
            pending = false;
        }

        if (!pending)
        {
            IsPending = false;
        }

        return pending;
    }
}
