using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ActorLoop.Execution;
using ActorLoop.Mailboxes;
using ActorLoop.Scheduling;

namespace ActorLoop.Connections;

/// <summary>One accept after the other, each ended by a connection, an error, or for good.</summary>
/// <remarks>
/// Unlike other operations it ends without its socket being closed: others may go on accepting with that. A second socket object that
/// could be closed instead does not do: the base class library forgets to tell epoll of a descriptor that was not the last of its file.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer has nothing to dispose of.")]
internal sealed class AcceptOperation : IMessage
{
    private readonly LoopCore _core;
    private readonly Action _taken;
    private readonly Action _completed;
    private readonly CancellationTokenSource _end = new();
    private ValueTaskAwaiter<Socket> _call;
    private Socket? _accepted;

    /// <param name="core">The loop.</param>
    /// <param name="taken">Called on the loop when an operation that had to wait is over.</param>
    public AcceptOperation(LoopCore core, Action taken)
    {
        _core = core;
        _taken = taken;
        _completed = Completed;
    }

    public SocketError Error { get; private set; }

    /// <summary>Whether the owner is still to hear of it.</summary>
    public bool IsPending { get; private set; }

    /// <summary>The connection; from now on the caller closes it.</summary>
    public Socket TakeAccepted()
    {
        Socket accepted = _accepted!;
        _accepted = null;
        return accepted;
    }

    /// <summary>Starts to accept. False: it is over already, and nobody is told.</summary>
    public bool TryStart(Socket listener)
    {
#pragma warning disable CA2012 // Its result is taken once, when it is there, and an await would cost a state machine for each client.
        _call = listener.AcceptAsync(_end.Token).GetAwaiter();
#pragma warning restore CA2012
        if (_call.IsCompleted)
        {
            Finish();
            return false;
        }

        IsPending = true;
        _call.UnsafeOnCompleted(_completed);
        return true;
    }

    /// <summary>Has the owner hear of it in a turn to come, although the system has nothing to do. Also before a run.</summary>
    public void PostAgain()
    {
        IsPending = true;
        _core.Post(new Message(this, null, null));
    }

    /// <summary>Whoever comes while accepting ends sees the end, not a silent connection.</summary>
    public void End()
    {
        _end.Cancel();
        DropAccepted();
    }

    void IMessage.Run()
    {
        IsPending = false;
        if (_end.IsCancellationRequested)
        {
            DropAccepted();
        }
        else
        {
            _taken();
        }
    }

    /// <summary>Thread: one of the base class library's.</summary>
    private void Completed()
    {
        Finish();
        if (_core.Mailbox.Post(new Message(this, null, null)) == PostResult.Closed)
        {
            DropAccepted();
        }
    }

    private void Finish()
    {
        try
        {
#pragma warning disable VSTHRD002 // It is over.
            _accepted = _call.GetResult();
#pragma warning restore VSTHRD002
            Error = SocketError.Success;
        }
        catch (SocketException failure)
        {
            Error = failure.SocketErrorCode;
        }
        catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
        {
            Error = SocketError.OperationAborted;
        }
        catch (ArgumentException)
        {
            // The base class library has no room for the name of whoever was accepted; not on Linux, see UnixAcceptor.
            Error = SocketError.ConnectionAborted;
        }
    }

    private void DropAccepted() => Interlocked.Exchange(ref _accepted, null)?.Dispose();
}
