using System.Net;
using System.Net.Sockets;
using ActorLoop.Execution;

namespace ActorLoop.Transports;

/// <summary>
/// A stream transport over completions: the system receives into a block of the connection's own, and says when it has.
/// </summary>
/// <remarks>
/// While a receive or send is under way its memory belongs to the system, also after the end of the connection: it is given back
/// when the closed socket has returned the operation.
/// </remarks>
internal sealed partial class CompletionTransport : StreamTransport, ICompletionOwner
{
    private static readonly Action<object?> s_deliver = static transport => ((CompletionTransport)transport!).DeliverHeld();

    private readonly Socket _socket;
    private readonly CompletionMemory _blocks;
    private readonly Completion _receive;
    private Completion? _send;
    private OutgoingBuffer? _unsent;
    private bool _closed;

    public CompletionTransport(
        LoopCore core, SocketHandle handle, StreamProtocol protocol, TransportOptions options, EndPoint? remote, ITransportOwner? owner)
        : base(core, handle, protocol, options, remote, owner)
    {
        _socket = handle.Managed!;
        _blocks = CompletionMemory.Of(core.Loop);
        _receive = NewCompletion();
    }

    public void Completed(Completion completion)
    {
        if (_closed)
        {
            Returned(completion);
        }
        else if (completion == _receive)
        {
            Received();
        }
        else
        {
            Sent();
        }
    }

    protected override void ShutdownSending()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The peer is gone already; reading will tell.
        }
    }

    protected override void CloseSocket()
    {
        _closed = true;
        // Closing under a receive resets the connection, unless its sending direction has ended in order.
        ShutdownSending();
        Handle.Close();
        if (!_receive.IsPending)
        {
            Returned(_receive);
        }

        if (_send is { IsPending: false } send)
        {
            Returned(send);
        }
    }

    /// <summary>Nobody but us has the operation's memory any more, and nothing will come of it.</summary>
    private void Returned(Completion completion)
    {
        if (completion == _receive)
        {
            ReleaseBlock();
        }
        else
        {
            _unsent?.Clear();
            _unsent = null;
        }

        completion.Dispose();
    }

    private Completion NewCompletion() => new(Core, this) { Context = Registration!.Context };
}
