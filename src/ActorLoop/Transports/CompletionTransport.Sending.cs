using System.Buffers;
using System.Net.Sockets;

namespace ActorLoop.Transports;

/// <summary>
/// Sending: tried at once, which costs no operation and says how much the system took; the rest is an operation, piece by piece.
/// </summary>
internal sealed partial class CompletionTransport
{
    protected override void SendNow(ReadOnlySpan<byte> data)
    {
        OutgoingBuffer outgoing = Outgoing!;
        if (!TrySendBuffered(outgoing))
        {
            return;
        }

        if (outgoing.Size == 0)
        {
            if (!TrySend(data, out int taken))
            {
                return;
            }

            data = data[taken..];
        }

        outgoing.Append(data, mayBorrow: false);
        AfterSend();
    }

    protected override void SendPieces(in ReadOnlySequence<byte> data)
    {
        OutgoingBuffer outgoing = Outgoing!;
        if (!TrySendBuffered(outgoing))
        {
            return;
        }

        long sent = 0;
        if (outgoing.Size == 0)
        {
            foreach (ReadOnlyMemory<byte> piece in data)
            {
                if (piece.IsEmpty)
                {
                    continue;
                }

                if (!TrySend(piece.Span, out int taken))
                {
                    return;
                }

                sent += taken;
                if (taken < piece.Length)
                {
                    break;
                }
            }
        }

        Keep(data.Slice(sent), mayBorrow: false);
        AfterSend();
    }

    protected override void SendBuffered()
    {
        if (TrySendBuffered(Outgoing!))
        {
            AfterSend();
        }
    }

    protected override void AwaitRoom()
    {
        _send ??= NewCompletion();
        _send.SetBuffer(Outgoing!.First);
        _send.Send(_socket);
    }

    protected override void ForgetRoom()
    {
        // The last operation is over.
    }

    /// <summary>The system may be reading what was not sent, until it returns the operation.</summary>
    protected override void Release(OutgoingBuffer unsent)
    {
        if (_send is { IsPending: true })
        {
            _unsent = unsent;
        }
        else
        {
            unsent.Clear();
        }
    }

    private void Sent()
    {
        if (IsLosing)
        {
            // The buffer went with the connection; the socket is about to be closed.
            _unsent?.Clear();
            _unsent = null;
            return;
        }

        if (_send!.SocketError != SocketError.Success)
        {
            ForceClose(CompletionErrors.Create(_send.SocketError, "Sending"));
            return;
        }

        OutgoingBuffer outgoing = Outgoing!;
        outgoing.Consume(_send.BytesTransferred);
        if (!TrySendBuffered(outgoing))
        {
            return;
        }

        if (outgoing.Size > 0)
        {
            AwaitRoom();
        }

        AfterSend();
    }

    /// <summary>Sends piece by piece until the system has no more room; false when the connection failed, which ends it.</summary>
    private bool TrySendBuffered(OutgoingBuffer outgoing)
    {
        while (outgoing.Size > 0)
        {
            Memory<byte> piece = outgoing.First;
            if (!TrySend(piece.Span, out int taken))
            {
                return false;
            }

            outgoing.Consume(taken);
            if (taken < piece.Length)
            {
                break;
            }
        }

        return true;
    }

    private bool TrySend(ReadOnlySpan<byte> data, out int taken)
    {
        taken = _socket.Send(data, SocketFlags.None, out SocketError error);
        if (error == SocketError.Success)
        {
            return true;
        }

        taken = 0;
        if (CompletionErrors.IsTransient(error))
        {
            return true;
        }

        ForceClose(CompletionErrors.Create(error, "Sending"));
        return false;
    }
}
