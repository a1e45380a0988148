using System.Net;
using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>One datagram at a time: tried on the spot, or as an operation, and again when the system was short of memory.</summary>
internal sealed partial class CompletionDatagramTransport
{
    /// <summary>False when the system has no room now.</summary>
    private bool TrySend(ReadOnlySpan<byte> data, EndPoint? target)
    {
        SocketError error;
        try
        {
            if (target is null)
            {
                _ = _socket.Send(data, SocketFlags.None, out error);
            }
            else
            {
                _ = _socket.SendTo(data, SocketFlags.None, target);
                error = SocketError.Success;
            }
        }
        catch (SocketException failure)
        {
            error = failure.SocketErrorCode;
        }

        if (error is SocketError.ConnectionRefused or SocketError.ConnectionReset && !_retried)
        {
            // What the system tells here is the end of an earlier datagram; this one was not sent.
            _retried = true;
            Fail(CompletionErrors.Create(error, "Sending"));
            bool took = TrySend(data, target);
            _retried = false;
            return took;
        }

        return Took(error);
    }

    private bool Took(SocketError error)
    {
        if (error == SocketError.Success)
        {
            _sent++;
        }
        else if (CompletionErrors.IsTransient(error))
        {
            return false;
        }
        else
        {
            _dropped++;
            Fail(CompletionErrors.Create(error, "Sending"));
        }

        return true;
    }

    private void SendNext()
    {
        (byte[] data, EndPoint? target) = _queue.Peek();
        _send ??= new Completion(_core, this) { Context = _context };
        _send.SetBuffer(data);
        if (target is null)
        {
            _send.Send(_socket);
        }
        else
        {
            _send.RemoteEndPoint = target;
            _send.SendTo(_socket);
        }
    }

    private void Sent()
    {
        if (_losing)
        {
            return;
        }

        if (!Took(_send!.SocketError))
        {
            // The system is out of memory for the moment; it does not say for how long.
            _retry = _core.CallLater(
                TimeSpan.FromMilliseconds(1), static transport => ((CompletionDatagramTransport)transport!).Retry(), this);
            return;
        }

        Dequeue();
        SendQueued();
    }

    private void Retry()
    {
        if (!_losing && _queue.Count > 0)
        {
            SendNext();
        }
    }
}
